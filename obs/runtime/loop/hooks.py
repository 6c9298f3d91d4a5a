"""How a loop tells that it goes into its poll and comes back, by kind of loop.

libev: a prepare watcher of the lowest priority and a check watcher of the highest. gevent runs its callbacks (spawns,
``sleep(0)``, events) inside a prepare watcher of its own: one of the same priority fires before it, and would call
that work sleep. libuv has no prepare watchers in gevent; there the loop is Python, and two of its methods are shadowed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Hook = Callable[[], object]


class Hooks(Protocol):
    """What is fixed to a loop. Made and stopped on the loop's own thread."""

    def stop(self) -> None:
        """Leave the loop as it was. Harmless if the loop is destroyed."""


def attach(loop: Any, before_poll: Hook, after_poll: Hook) -> Hooks:
    """Have both called at each turn of ``loop``, from now on. Raises TypeError for a kind of loop that can't."""
    kind = Libuv if hasattr(loop, Libuv.QUEUED) else Libev
    return kind(loop, before_poll, after_poll)


class Libev:
    """The compiled loop and libev-cffi. Neither watcher keeps the loop alive; both survive a fork as the loop does."""

    def __init__(self, loop: Any, before_poll: Hook, after_poll: Hook) -> None:
        self._loop = loop
        self._watchers = [_prioritised(loop.prepare, loop.MINPRI), _prioritised(loop.check, loop.MAXPRI)]
        for watcher, hook in zip(self._watchers, (before_poll, after_poll), strict=True):
            watcher.start(hook)

    def stop(self) -> None:
        for watcher in self._watchers:
            if self._loop.ptr:
                watcher.stop()
                watcher.close()


def _prioritised(make: Callable[..., Any], priority: int) -> Any:
    watcher = make(ref=False)
    watcher.priority = priority  # libev-cffi forgets the one that its constructor is given
    return watcher


class Libuv:
    """gevent's libuv loop, of which a turn is: ``_run_callbacks``, then ``uv_run``, then what that has queued.

    ``uv_run`` calls ``_run_callbacks`` once more right before its poll, and yet again after it if there are callbacks.
    """

    CALLBACKS = "_run_callbacks"
    QUEUED = "_loop__run_queued_callbacks"

    def __init__(self, loop: Any, before_poll: Hook, after_poll: Hook) -> None:
        self._loop = loop
        self._before, self._after = before_poll, after_poll
        self._calls = 0
        """Of ``_run_callbacks`` in this turn. It is the second that ends right before the poll."""
        self._polling = self._nested = False
        self._run_callbacks = getattr(loop, self.CALLBACKS)
        self._run_queued = getattr(loop, self.QUEUED)
        setattr(loop, self.CALLBACKS, self.run_callbacks)
        setattr(loop, self.QUEUED, self.run_queued)

    def stop(self) -> None:
        for name in (self.CALLBACKS, self.QUEUED):
            vars(self._loop).pop(name, None)

    def run_callbacks(self) -> Any:
        """Stands for the loop's own."""
        self._returned()
        self._calls += 1
        self._nested = True
        try:
            return self._run_callbacks()
        finally:
            self._nested = False
            if self._calls == 2:
                self._polling = True
                self._before()

    def run_queued(self) -> Any:
        """The same. ``_run_callbacks`` begins with it; by itself it is the end of a turn."""
        if not self._nested:
            self._returned()
            self._calls = 0
        return self._run_queued()

    def _returned(self) -> None:
        if self._polling:
            self._polling = False
            self._after()
