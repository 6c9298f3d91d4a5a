"""Where greenlets keep what: of some that wait, one that has ended, one that has not begun."""

from __future__ import annotations

from contextvars import Context
from importlib import import_module  # greenlet is the target's: nothing of obs's own process imports it here
from typing import Any

from obs.profiling.reader.memory import words
from obs.profiling.reader.probe.words import OWN, NotFoundError, base_of, common, one, places, word

SIZE = 400
"""Bytes of a greenlet's own part that are searched."""

NEVER = 2**64 - 1
"""Where a main greenlet's stack ends (StackState::make_main in greenlet's TGreenlet.hpp)."""


class Made:
    """Greenlets in each state, with a parent of their own."""

    def __init__(self) -> None:
        module = import_module("greenlet")
        self.make: Any = module.greenlet
        self.main: Any = module.getcurrent()
        self.parent = self.make(self._wait)
        self.parent.switch()
        self.parked = [self.make(self._wait, self.parent) for _ in range(3)]
        self.contexts = [Context() for _ in self.parked]
        for each, context in zip(self.parked, self.contexts, strict=True):
            each.gr_context = context
            each.switch()
        self.fresh = [self.make(self._wait, self.parent), self.make(self._end, self.parent)]
        self.dead = self.make(self._end)
        self.dead.switch()
        self.running: list[bytes] = []
        self.looking = self.make(self._look)

    def _wait(self) -> None:
        self._inner(1)

    def _inner(self, number: int) -> int:
        self.main.switch()
        return number

    def _end(self) -> None: ...

    def _look(self) -> None:
        """Keep what is in this greenlet's own part while it runs."""
        own = word(id(self.looking) + pimpl_of(self.looking))
        self.running.append(OWN.pages(own, SIZE))

    def end(self) -> None:
        for each in (*self.parked, self.parent):
            each.throw()


def pimpl_of(greenlet: Any) -> int:
    """Where a greenlet points to its own part, which points back."""
    address = id(greenlet)
    return one("a greenlet's own part", [{at for at in range(16, 64, 8) if backs(word(address + at), address)}])


def backs(own: int, address: int) -> set[int]:
    return {at for at in places(own, address, 32) if at} if own else set()


def greenlets(frame_own: int) -> dict[str, Any]:
    """``frame_own``: where a frame object points to its frame. Raises ImportError, NotFoundError."""
    made = Made()
    try:
        return found(made, frame_own)
    finally:
        made.end()


def found(made: Made, frame_own: int) -> dict[str, Any]:
    pimpl = pimpl_of(made.main)
    main, dead = (word(id(each) + pimpl) for each in (made.main, made.dead))
    parked = [word(id(each) + pimpl) for each in made.parked]
    fresh = [word(id(each) + pimpl) for each in made.fresh]
    made.looking.switch()
    file, base = base_of(word(main))
    frames = [each.gr_frame for each in made.parked]
    inner = [word(id(frame) + frame_own) for frame in frames]
    start, stop = stack(main, dead, parked, fresh)
    top = common("a greenlet's frame", zip(parked, map(id, frames), strict=True), SIZE)
    if words(made.running[0])[start // 8] == 0 or words(made.running[0])[top // 8]:
        raise NotFoundError("what tells that a greenlet runs")
    return {
        "greenlet_file": file,
        "greenlet_user": word(parked[0]) - base,
        "greenlet_main": word(main) - base,
        "greenlet_own": pimpl,
        "greenlet_self": one(
            "a greenlet's self", [backs(own, id(g)) for own, g in zip(parked, made.parked, strict=True)]
        ),
        "greenlet_start": start,
        "greenlet_stop": stop,
        "greenlet_context": common("a greenlet's context", zip(parked, map(id, made.contexts), strict=True), SIZE),
        "greenlet_top": top,
        "greenlet_frame": common("a greenlet's inner frame", zip(parked, inner, strict=True), SIZE),
        "greenlet_parent": common("a greenlet's parent", [(own, id(made.parent)) for own in (*parked, *fresh)], SIZE),
        "greenlet_root": common("a greenlet's main greenlet", [(own, id(made.main)) for own in parked], SIZE),
        "greenlet_run": run(made.make),
        "greenlet_dict": dictionary(made.make),
    }


def stack(main: int, dead: int, parked: list[int], fresh: list[int]) -> tuple[int, int]:
    """Where the C stack of a greenlet begins and ends; by these it is told whether it waits, is dead or new."""
    at = range(0, SIZE, 8)
    stops = {s for s in at if word(main + s) == NEVER and word(dead + s) and not any(word(own + s) for own in fresh)}
    starts = {s for s in at if not word(dead + s) and not any(word(own + s) for own in fresh)}
    pairs = {
        (a, b) for a in starts for b in stops if all(0 < word(own + b) - word(own + a) < 1 << 20 for own in parked)
    }
    if not pairs:
        raise NotFoundError("a greenlet's stack")
    return min(pairs)


def run(make: Any) -> int:
    """Where one that has not begun has what it will run."""
    given = [lambda: None, lambda: None]
    new = [make(each) for each in given]
    own = [word(id(each) + pimpl_of(each)) for each in new]
    return common("what a greenlet will run", zip(own, map(id, given), strict=True), SIZE)


def dictionary(make: Any) -> int:
    """Where a greenlet points to its attributes."""
    some = [make(), make()]
    for number, each in enumerate(some):
        each.name = f"name {number}"
    return common("a greenlet's attributes", [(id(each), id(each.__dict__)) for each in some], 64)
