"""Tasks that this worker has given back to the broker, which delivers them again: nobody has lost those."""

from __future__ import annotations

from collections import OrderedDict

MOST = 1000
"""Tasks that are remembered. Which of its queue's workers the broker gives one to is open: it may be another."""


class GivenBack:
    """By their ids; the oldest are forgotten."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def add(self, task_id: str) -> None:
        self._ids[task_id] = None
        if len(self._ids) > MOST:
            self._ids.popitem(last=False)

    def take(self, task_id: str) -> bool:
        """Whether it is one of them. It no longer is."""
        if task_id not in self._ids:
            return False
        del self._ids[task_id]
        return True
