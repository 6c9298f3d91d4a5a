"""What is looked at from another thread must not be let go of there: its end may run the service's code.

A weak reference gives a greenlet that its owner may drop while we look. If we then held it last, its result, or the
variables of its frames, would end on our thread, where a gevent socket would find no loop, or the wrong one.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import getrefcount
from typing import Any, TypeVar

from obs.runtime.accounting import clocks

T = TypeVar("T")

OURS = 3
"""References to an object that only the list of :class:`Lent` holds: the list, the loop variable, and the call's."""


class Lent:
    """Objects that are held for the length of a slice."""

    def __init__(self) -> None:
        self._held: list[Any] = []

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, thing: T) -> T:
        self._held.append(thing)
        return thing

    def give_back(self) -> None:
        """Let go of them; of those that nobody else holds any more, on a loop's thread."""
        held, self._held = self._held, []
        last = [thing for thing in held if getrefcount(thing) <= OURS]
        if last:
            _on_a_loop(last.clear)


def _on_a_loop(call: Callable[[], None]) -> None:
    for clock in clocks():
        loop = clock.hub.loop
        if loop is not None and getattr(loop, "ptr", None):
            loop.run_callback_threadsafe(call)
            return
