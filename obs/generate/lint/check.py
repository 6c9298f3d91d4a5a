"""What a check of boards and rules is: a base of hooks that find nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, NamedTuple

from obs.generate.lint.files.board import Board
from obs.generate.lint.files.query import Json, Query
from obs.generate.lint.files.rule_file import RuleFile
from obs.generate.lint.problem import Level, Problem
from obs.generate.lint.world import World

Problems = Iterable[Problem]


class Verdict(NamedTuple):
    """A problem, the check that found it, and the file."""

    check: str
    file: str
    problem: Problem


class Check:
    """One thing that holds of good boards or rules. A subclass's docstring is its help."""

    name: ClassVar[str]
    level: ClassVar[Level] = "error"

    def problem(self, where: str, problem: str, fix: str, level: Level | None = None) -> Problem:
        return Problem(level or self.level, where, problem, fix)

    def board(self, board: Board, world: World) -> Problems:
        """What is wrong in the board as a whole."""
        return ()

    def panel(self, panel: Json, board: Board, world: World) -> Problems:
        """In one panel."""
        return ()

    def target(self, query: Query, board: Board, world: World) -> Problems:
        """In one query of a board."""
        return ()

    def file(self, file: RuleFile, world: World) -> Problems:
        """In a rule file as a whole."""
        return ()

    def rule(self, rule: Query, world: World) -> Problems:
        """In one rule."""
        return ()


def run(check: Check, world: World) -> Iterator[Verdict]:
    """All that ``check`` finds."""
    for board in world.boards:
        yield from (Verdict(check.name, board.file, found) for found in of_board(check, board, world))
    for file in world.rules:
        yield from (Verdict(check.name, file.file, found) for found in check.file(file, world))
        for rule in world.queries(file):
            yield from (Verdict(check.name, file.file, found) for found in check.rule(rule, world))


def of_board(check: Check, board: Board, world: World) -> Iterator[Problem]:
    yield from check.board(board, world)
    for panel in board.panels:
        yield from check.panel(panel, board, world)
    for query in world.queries(board):
        yield from check.target(query, board, world)
