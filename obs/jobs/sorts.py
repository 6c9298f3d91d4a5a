"""Every sort of work of this process, and whether works are measured at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar, cast

from obs import native
from obs.config import Config
from obs.jobs.sort import Job, Route, Sort
from obs.metrics.metric import OVERFLOW
from obs.metrics.store import Store

S = TypeVar("S", bound=Sort)

MOST = 10_000
"""Sorts that are kept apart: a service that makes names up pays with a useless label, not with its memory."""


class Sorts:
    """The sorts by what they are called. One for the process."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config
        self._sorts: dict[tuple[str, ...], Any] = {}

    def job(self, name: str, queue: str = "", system: str = "") -> Job:
        """The sort of a job, made at its first."""
        key = ("job", name, queue, system)
        found: Job | None = self._sorts.get(key)
        if found is None:
            found = self._sort(key, partial(Job, name, queue, system=system), partial(Job, OVERFLOW, OVERFLOW))
        return found

    def request(self, name: str) -> Route:
        """The sort of a request: ``GET /path``."""
        return self._sort(("request", name), partial(Route, name), partial(Route, f"{OVERFLOW} {OVERFLOW}"))

    def _sort(self, key: tuple[str, ...], make: Callable[..., S], overflow: Callable[..., S]) -> S:
        found = self._sorts.get(key)
        if found is None and len(self._sorts) >= MOST:
            key, make = (key[0], OVERFLOW), overflow
            found = self._sorts.get(key)
        if found is None:
            found = self._sorts.setdefault(key, make(self.store, self.config))
        return cast("S", found)


class _State:
    make: Callable[[], Sorts] | None = None
    sorts: Sorts | None = None
    lock: Any = None
    """The interpreter's own, of one owner thread: greenlets of one thread never wait for each other here."""

    def renew(self) -> None:
        """Also in a forked child, where its owner may not exist."""
        self.lock = native.original("_thread", "RLock")()


_state = _State()


def turn_on(make: Callable[[], Sorts]) -> Callable[[], Any]:
    """Measure works from now on, in what ``make`` makes when the first is opened. Returns how to turn it off."""
    _once()
    _state.make, _state.sorts = make, None
    return turn_off


@cache
def _once() -> None:
    _state.renew()
    os.register_at_fork(after_in_child=_state.renew)


def turn_off() -> None:
    """Measure none from now on; those that are open are still counted."""
    _state.make = _state.sorts = None


def sorts() -> Sorts | None:
    """What works are to be measured in; None while obs is off. Raises what making it raises, once: it is off then."""
    if _state.sorts is None and _state.make is not None:
        with _state.lock:
            _make()
    return _state.sorts


def _make() -> None:
    make = _state.make
    if _state.sorts is None and make is not None:
        try:
            _state.sorts = make()
        except BaseException:
            _state.make = None
            raise
