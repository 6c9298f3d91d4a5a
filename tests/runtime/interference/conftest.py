"""A clock whose stretch is written down, and a store whose interference can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@pytest.fixture
def clock() -> Iterator[Callable[..., Any]]:
    """``clock((length_ns, who), ...)``: one whose stretch began at 1,000 and ran those, one after another."""

    def make(*ran: tuple[int, Any], stretch: int = 1_000) -> Any:
        segments, end = [], stretch
        for length, who in ran:
            end += length
            segments.append((end, who))
        return SimpleNamespace(stretch=stretch, segments=segments, charges=None, now=end)

    return make
