from __future__ import annotations

import re
from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World

BOARD = re.compile(r"/d/([\w-]+)")
VARIABLE = re.compile(r"[?&]var-(\w+)=")


class AlertsLink(Check):
    """An alert's dashboard_url leads to a board that is there, and fills variables that it has.

    Asked only if boards are checked together with the rules.
    """

    name = "alerts-link"

    def rule(self, rule: Query, world: World) -> Iterator[Problem]:
        url = str((rule.rule.get("annotations") or {}).get("dashboard_url", ""))
        uid = BOARD.search(url)
        if not (world.boards and uid):
            return
        board = next((board for board in world.boards if board.uid == uid[1]), None)
        if board is None:
            yield self.problem(rule.place, f"leads to the board {uid[1]}, which isn't there", "mend dashboard_url")
            return
        for name in VARIABLE.findall(url):
            if board.variable(name) is None:
                yield self.problem(rule.place, f"fills ${name}, which {uid[1]} doesn't have", "mend dashboard_url")
