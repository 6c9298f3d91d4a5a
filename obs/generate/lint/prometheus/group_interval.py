from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.rule_file import RuleFile, length
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World

MOST = 300.0
"""Seconds after which Prometheus takes a series for gone (--query.lookback-delta)."""


class GroupInterval(Check):
    """A group is evaluated every five minutes at least: what it records has gaps otherwise."""

    name = "group-interval"

    def file(self, file: RuleFile, world: World) -> Iterator[Problem]:
        for group in file.groups:
            if length(group) > MOST:
                where = f"group {group.get('name')}"
                yield self.problem(where, f"is evaluated every {length(group):g} s only", "set interval to 5m or less")
