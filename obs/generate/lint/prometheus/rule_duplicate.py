from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.rule_file import RuleFile, named
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class RuleDuplicate(Check):
    """No two rules make the same: one name with the same labels."""

    name = "rule-duplicate"

    def file(self, file: RuleFile, world: World) -> Iterator[Problem]:
        for rule in world.queries(file):
            same = [other for other in world.all_rules() if identity(other.rule) == identity(rule.rule)]
            first = same[0]
            if first is not rule and (not rule.alert or first.text == rule.text):
                where = "above" if first.file == rule.file else f"in {first.file}"
                yield self.problem(named(rule.rule), f"is made {where} too", "take one out, or rename it")


def identity(rule: object) -> tuple[str, str]:
    values = rule if isinstance(rule, dict) else {}
    return named(values), str(sorted((values.get("labels") or {}).items()))
