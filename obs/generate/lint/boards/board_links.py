from __future__ import annotations

import json
import re
from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World

LINK = re.compile(r"/d/([A-Za-z0-9_-]+)")


class BoardLinks(Check):
    """Links lead to boards that are there. Asked only if several boards are checked together."""

    name = "board-links"

    def board(self, board: Board, world: World) -> Iterator[Problem]:
        known = {other.uid for other in world.boards}
        if len(world.boards) > 1:
            for uid in sorted(set(LINK.findall(json.dumps(board.values))) - known):
                yield self.problem("the board", f"links to /d/{uid}, which isn't there", "mend the link")
