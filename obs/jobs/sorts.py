"""Every sort of work of this process, and whether works are measured at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from obs.config import Config
from obs.jobs.sort import Job, Route, Sort
from obs.metrics.metric import OVERFLOW
from obs.metrics.store import Store

MOST = 10_000
"""Sorts that are kept apart: a service that makes names up pays with a useless label, not with its memory."""


class Sorts:
    """The sorts by what they are called. One for the process."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config
        self._sorts: dict[tuple[str, ...], Sort] = {}

    def job(self, name: str, queue: str = "") -> Sort:
        """The sort of a job, made at its first."""
        return self._sort(("job", name, queue), partial(Job, name, queue), partial(Job, OVERFLOW, OVERFLOW))

    def request(self, name: str) -> Sort:
        """The sort of a request: ``GET /path``."""
        return self._sort(("request", name), partial(Route, name), partial(Route, f"{OVERFLOW} {OVERFLOW}"))

    def _sort(self, key: tuple[str, ...], make: Callable[..., Sort], overflow: Callable[..., Sort]) -> Sort:
        found = self._sorts.get(key)
        if found is None and len(self._sorts) >= MOST:
            key, make = (key[0], OVERFLOW), overflow
            found = self._sorts.get(key)
        return found or self._sorts.setdefault(key, make(self.store, self.config))


class _State:
    make: Callable[[], Sorts] | None = None
    sorts: Sorts | None = None


_state = _State()


def turn_on(make: Callable[[], Sorts]) -> Callable[[], Any]:
    """Measure works from now on, in what ``make`` makes when the first is opened. Returns how to turn it off."""
    _state.make, _state.sorts = make, None
    return turn_off


def turn_off() -> None:
    """Measure none from now on; those that are open are still counted."""
    _state.make = _state.sorts = None


def sorts() -> Sorts | None:
    """What works are to be measured in; None while obs is off."""
    if _state.sorts is None and _state.make is not None:
        _state.sorts = _state.make()
    return _state.sorts
