from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World
from obs.generate.queries.target import panels

LONGEST = 40
"""Characters of a uid: what Grafana's database has room for."""


class BoardIdentity(Check):
    """A board has a uid of its own, at most 40 characters, and its panels ids of their own.

    Two boards with one uid keep Grafana from loading any of their folder.

    """

    name = "board-identity"

    def board(self, board: Board, world: World) -> Iterator[Problem]:
        if not board.uid or len(board.uid) > LONGEST:
            yield self.problem("the board", f'has the uid "{board.uid}"', f"give it one of 1 to {LONGEST} characters")
        for other in world.boards:
            if other is not board and board.uid and other.uid == board.uid:
                yield self.problem("the board", f"has the uid of {other.file}", "give each its own")
        ids = Counter(panel.get("id") for panel in panels(board.values))
        for number, count in ids.items():
            if count > 1 or number is None:
                yield self.problem("the board", f"has {count} panels with the id {number}", "give each its own")
