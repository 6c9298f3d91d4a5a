from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.rule_file import RuleFile, named
from obs.generate.lint.problem import Problem
from obs.generate.lint.promql.parse import parse
from obs.generate.lint.promql.walk import name_of, selectors
from obs.generate.lint.world import World


class RuleOrder(Check):
    """A rule stands below those of its group that it uses: above them it sees what they made one evaluation ago."""

    name = "rule-order"
    level = "warning"

    def file(self, file: RuleFile, world: World) -> Iterator[Problem]:
        for group in file.groups:
            rules = list(group.get("rules") or ())
            for number, rule in enumerate(rules):
                below = {other.get("record") for other in rules[number + 1 :]} - {None, rule.get("record")}
                for used in sorted({name_of(s) for s, _ in selectors(parse(str(rule.get("expr", ""))).tree)} & below):
                    yield self.problem(named(rule), f"uses {used}, which is made below it", "put it below")
