"""Checks that look at a board's queries as at a rule's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class QueryCheck(Check, ABC):
    """Base: one hook for every query that parses."""

    def target(self, query: Query, board: Board, world: World) -> Iterator[Problem]:
        return self.rule(query, world)

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        if rule.tree is not None:
            yield from self.query(rule, world)

    @abstractmethod
    def query(self, query: Query, world: World) -> Iterator[Problem]:
        """What is wrong in one query."""
