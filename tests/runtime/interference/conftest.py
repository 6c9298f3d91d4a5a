"""A clock whose stretch is written down, and a store whose interference can be read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from obs.metrics.catalog import OBS_INTERFERENCE
from obs.metrics.store import Store
from obs.runtime.interference import charging, pairs


class Table(pairs.Pairs):
    """The pairs of a store of the test's own."""

    def __init__(self, places: int, store: Store) -> None:
        super().__init__(places)
        self.store = store

    def seconds(self) -> dict[tuple[str, str], float]:
        handles = self.store._handles.items()
        return {tuple(pair): h.cells[h.index] for (name, *pair), h in handles if name == OBS_INTERFERENCE.name}


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Table]:
    """Make the process's table of pairs one with that many places, over a fresh store."""

    def make(places: int = 999) -> Table:
        store = Store.private()
        monkeypatch.setattr(pairs.active, "store", lambda: store)
        made = Table(places, store)
        monkeypatch.setattr(charging, "pairs", made)
        return made

    return make


def stretch(*ran: tuple[int, Any]) -> Any:
    """A clock whose stretch began at 1,000 and ran ``(length_ns, who)`` one after another; all of it is told."""
    segments, end = [], 1_000
    for length, who in ran:
        end += length
        segments.append((end, who))
    log = {"log": [], "past": deque(maxlen=2), "told": end / 1e9, "since": 1e-6}
    return SimpleNamespace(stretch=1_000, segments=segments, charges=None, now=end, **log)


@pytest.fixture
def clock() -> Callable[..., Any]:
    """:func:`stretch`."""
    return stretch
