"""The stamped loops: a subclass of each loop class that a hub has asked for."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any, TypeGuard

CALLBACKS = 4096
"""The last callbacks whose stamps are kept: 0.5 MB a loop. In a longer line, those in front are estimated."""

TIMERS = 1024
"""The last timers that are kept. One that fires after so many more were made is estimated, unless it is a sleep."""

RACES = 3
"""Callbacks that other threads put in line at the same moment may be noted in another order."""

classes: set[type] = set()
"""Every class that stamps now."""


class Stamped:
    """What a stamped loop has: for type checkers, and what the functions below expect."""

    obs_callbacks: deque[Any]
    """The last callbacks, in line or run. A callback that has run holds nothing of the service's."""
    obs_times: deque[int]
    """When each was put in line, ``perf_counter_ns``."""
    obs_timers: deque[Any]
    """The last timers. One that is stopped holds nothing; one that runs is kept by its loop anyway."""
    _callbacks: Any


def is_stamped(loop: Any) -> TypeGuard[Stamped]:
    return type(loop) in classes


def enqueued_ns(loop: Stamped) -> int:
    """When the callback was put in line that the loop runs now; 0 if it runs none, -1 if its stamp is not kept.

    Callbacks run in order, so the one that runs is as far from the end as callbacks are in line behind it. gevent
    takes its function from it before it runs, and its arguments after. 0.4 µs, or 1.3 if it
    runs none, and on the compiled loop 5 ns for each callback in line.
    """
    callbacks = loop.obs_callbacks
    place = -1 - len(loop._callbacks)  # noqa: SLF001  gevent's own repr of a loop shows it so
    if place < -len(callbacks):
        return -1
    for at in (place, *(place + way * step for step in range(1, RACES + 1) for way in (-1, 1))):
        if -len(callbacks) <= at < 0:
            callback = callbacks[at]
            if callback.callback is None and callback.args is not None:
                return loop.obs_times[at]
    return 0


class Stamping:
    """Makes the classes, and turns their stamps on and off: off, they inherit everything."""

    def __init__(self) -> None:
        self.on = False

    def start(self) -> None:
        self.on = True
        classes.update(_methods)
        for cls, methods in _methods.items():
            for name, method in methods.items():
                setattr(cls, name, method)

    def stop(self) -> None:
        self.on = False
        classes.clear()
        for cls, methods in _methods.items():
            for name in methods:
                delattr(cls, name)

    def stamped(self, base: type) -> type:
        """The stamped subclass of ``base``, made once. It bears its base's name, which others look up by it."""
        made = _made.get(base)
        if made is None:
            made = _made[base] = type(base.__name__, (base,), _namespace(base))
            classes.add(made)
            methods = _methods[made] = {"run_callback": _run_callback(base), "timer": _timer(base)}
            for name, method in methods.items():
                setattr(made, name, method)
        return made


_made: dict[type, type] = {}
_methods: dict[type, dict[str, Callable[..., Any]]] = {}


def _namespace(base: Any) -> dict[str, Any]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807  it is one
        self.obs_callbacks = deque(maxlen=CALLBACKS)
        self.obs_times = deque(maxlen=CALLBACKS)
        self.obs_timers = deque(maxlen=TIMERS)
        base.__init__(self, *args, **kwargs)

    return {
        "__slots__": ("obs_callbacks", "obs_timers", "obs_times"),
        "__module__": base.__module__,
        "__qualname__": base.__qualname__,
        "__doc__": base.__doc__,
        "__init__": __init__,
    }


def _run_callback(base: Any) -> Callable[..., Any]:
    run = base.run_callback

    def run_callback(self: Any, func: Any, *args: Any) -> Any:
        """Hot: +0.14 µs a callback (3.11). ``run_callback_threadsafe`` comes here too."""
        callback = run(self, func, *args)
        self.obs_callbacks.append(callback)
        self.obs_times.append(perf_counter_ns())
        return callback

    return run_callback


def _timer(base: Any) -> Callable[..., Any]:
    make = base.timer

    def timer(self: Any, after: float, *args: Any, **kwargs: Any) -> Any:
        """Hot: +0.13 µs a timer."""
        made = make(self, after, *args, **kwargs)
        self.obs_timers.append(made)
        return made

    def timer_with_deadline(self: Any, after: float, *args: Any, **kwargs: Any) -> Any:
        """libuv's, which don't tell; gevent starts them as soon as they are made."""
        made = timer(self, after, *args, **kwargs)
        made.obs_due = perf_counter_ns() + int(after * 1e9)
        return made

    libuv = sys.modules.get("gevent.libuv.loop")
    return timer_with_deadline if libuv and issubclass(base, libuv.loop) else timer
