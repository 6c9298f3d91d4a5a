"""The thread that looks at many processes in turn, so many times a second each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import random
from time import monotonic, thread_time
from typing import Protocol

from obs.errors import fault


class Looked(Protocol):
    """What is looked at."""

    def look(self) -> None:
        """One look."""


class Rounds:
    """Begun with the first that is added. Between two rounds there is a pause that is never the same.

    What a process does at a beat of its own, such as a timer each 10 ms, is so met at every phase of it.
    """

    def __init__(self, rate: float, share: float = 1.0, chance: Callable[[], float] = random) -> None:
        """``rate``: rounds a second. ``share``: of a CPU that they may take; beyond it there are fewer."""
        self._rate, self._share, self._chance = rate, share, chance
        self._lock = threading.Lock()
        self._all: tuple[Looked, ...] = ()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="obs-looks")

    def add(self, one: Looked) -> None:
        with self._lock:
            self._all = (*self._all, one)
            if not self._thread.ident:
                self._thread.start()

    def remove(self, one: Looked) -> None:
        with self._lock:
            self._all = tuple(each for each in self._all if each is not one)

    def stop(self) -> None:
        """Look no more; returns when the round that is under way is over."""
        self._stopping.set()
        if self._thread.ident:
            self._thread.join()

    def _run(self) -> None:
        due = monotonic()
        while not self._stopping.wait(max(due - monotonic(), 0.0)):
            began, used = monotonic(), thread_time()
            self.round()
            due = self.following(due, began, thread_time() - used)

    def round(self) -> None:
        """One look at each."""
        for each in self._all:
            try:
                each.look()
            except Exception:
                fault("a look at a process from outside")
                self.remove(each)

    def following(self, due: float, began: float, used: float) -> float:
        """When the next round is due; ``used``: CPU seconds of the one that was due at ``due``.

        One that came too late is not made up for: the looks that are left out are stood for by those that are taken.
        """
        pause = max((0.5 + self._chance()) / self._rate, used / self._share)
        return max(due + pause, began + pause / 2)
