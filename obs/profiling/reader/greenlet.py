"""One greenlet of another process: a value."""

from __future__ import annotations

from typing import NamedTuple

from obs.profiling.reader.layout import Layout
from obs.profiling.reader.memory import word
from obs.profiling.session import Frame

Stack = tuple[Frame, ...]
"""The innermost frame first."""


class Greenlet(NamedTuple):
    """What is known of it."""

    address: int
    """What ``id()`` says of it in its process."""
    kind: str
    """Its type's name."""
    role: str
    """``hub``, ``main``, or empty."""
    state: str
    """running, waiting, not started, dead."""
    stack: Stack
    """Of one that runs: its thread's; empty if it isn't known which that is."""
    name: str
    """As somebody has set it; gevent makes others from the number when they are asked for."""
    number: int | None
    """gevent's ``minimal_ident``, if somebody has asked for it."""
    parent: int
    """Another's address; 0 for none."""
    root: int
    """The address of its thread's main greenlet."""
    thread: int
    """Its thread, as the kernel knows it; 0: not known."""
    spawned: Stack
    """Where gevent says that it was spawned, the innermost frames."""


class Part(NamedTuple):
    """What is a greenlet's own, in greenlet's C++ object: addresses."""

    main: bool
    self: int
    start: int
    """Where its C stack begins; 0 if it has none: it is dead or not started."""
    stop: int
    top: int
    """Its innermost frame object, while it waits."""
    frame: int
    """Its innermost frame, while it waits."""
    parent: int
    root: int

    @property
    def state(self) -> str:
        """As greenlet itself tells them (StackState in its TStackState.cpp, PythonState in TPythonState.cpp)."""
        if not self.stop:
            return "not started"
        if not self.start:
            return "dead"
        return "waiting" if self.top else "running"


class Parts:
    """Makes them from what was read of a process of some layout."""

    def __init__(self, layout: Layout) -> None:
        names = (name for name in Part._fields if name != "main")
        self._offsets = [getattr(layout, f"greenlet_{name}") for name in names]
        self.size = max(self._offsets) + 8

    def part(self, data: bytes, *, main: bool) -> Part:
        return Part(main, *(word(data, at) for at in self._offsets))
