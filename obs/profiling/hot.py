"""Where the seconds of a view are: by the service's own lines, by function, by what is waited for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from obs.profiling.origins import TAILS, origin
from obs.profiling.session import Frame
from obs.profiling.stacks import Stack, Stacks

NOWHERE = Frame("(in no sample)", "")
"""The place of seconds that are known from the accounts only."""


@dataclass(slots=True)
class Spot:
    """A function in which, and below which, time was spent, and whose work comes there."""

    frame: Frame
    """With its hottest line."""
    weight: float = 0.0
    looks: int = 0
    works: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds by work."""
    leaves: dict[Frame, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds by the innermost frame, if that is another."""
    on: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds by what is waited for."""

    lines: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds by its line."""
    callers: dict[Frame, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds by the service's own line that it was called from, where there is one."""

    @property
    def caller(self) -> Frame | None:
        """Where it is called from mostly, if it is called from several functions: the one who shares it is the news."""
        several = len({(caller.function, caller.file) for caller in self.callers}) > 1
        return most(self.callers) if several else None

    def add(self, stack: Stack, at: Frame, leaf: Frame, caller: Frame | None) -> None:
        if caller is not None:
            self.callers[caller] += stack.weight
        self.weight += stack.weight
        self.looks += stack.looks
        self.works[stack.work] += stack.weight
        self.lines[at.line] += stack.weight
        self.frame = self.frame._replace(line=most(self.lines) or 0)
        if leaf != at:
            self.leaves[leaf] += stack.weight
        if stack.on:
            self.on[stack.on] += stack.weight


@dataclass(slots=True)
class Function:
    """A function. Seconds."""

    frame: Frame
    """With its hottest line."""
    own: float = 0.0
    """In it alone."""
    weight: float = 0.0
    """In it and what it calls; a recursion counts once."""
    lines: dict[int, float] = field(default_factory=lambda: defaultdict(float))


def spots(found: Stacks) -> list[Spot]:
    """The functions of the service's own code that the time was spent under, the hottest first.

    Of a stack, the innermost frame of its own code, else of a library, else of anything.
    """
    seen: dict[tuple[str, str], Spot] = {}
    for stack in found:
        frames = code(stack)
        at = place(frames)
        leaf = frames[-1] if frames else at
        seen.setdefault((at.function, at.file), Spot(at)).add(stack, at, leaf, caller(frames, at))
    return sorted(seen.values(), key=lambda spot: (-spot.weight, spot.frame))


def hottest(found: Stacks) -> Spot | None:
    """The first of them that is a place: where seconds in no sample were spent, nobody can look."""
    known = spots(found)
    return next((spot for spot in known if spot.frame != NOWHERE), next(iter(known), None))


def code(stack: Stack) -> tuple[Frame, ...]:
    return tuple(frame for frame in stack.frames if origin(frame) not in ("work", "on"))


def place(frames: tuple[Frame, ...]) -> Frame:
    if not frames:
        return NOWHERE
    own = (frame for frame in reversed(frames) if origin(frame) == "own")
    library = (frame for frame in reversed(frames) if origin(frame) not in TAILS)
    return next(own, None) or next(library, frames[-1])


def caller(frames: tuple[Frame, ...], place: Frame) -> Frame | None:
    """The nearest other function of the service's own that ``place`` is called from."""
    own = (frame for frame in reversed(frames) if origin(frame) == "own")
    return next((frame for frame in own if (frame.function, frame.file) != (place.function, place.file)), None)


def functions(found: Stacks) -> list[Function]:
    """All functions, those with most seconds of their own first."""
    seen: dict[tuple[str, str], Function] = {}
    for stack in found:
        frames = code(stack)
        for frame in {(frame.function, frame.file): frame for frame in frames}.values():
            function = seen.setdefault((frame.function, frame.file), Function(frame))
            function.weight += stack.weight
            function.lines[frame.line] += stack.weight
        if frames:
            seen[frames[-1].function, frames[-1].file].own += stack.weight
    return sorted(map(at_hottest, seen.values()), key=lambda one: (-one.own, -one.weight, one.frame))


def at_hottest(function: Function) -> Function:
    line = most(function.lines) or 0
    function.frame = function.frame._replace(line=line)
    return function


Named = TypeVar("Named")


def most(seconds: Mapping[Named, float]) -> Named | None:
    """Whose the most seconds are."""
    return max(seconds, key=lambda name: seconds[name], default=None)


def waited_for(found: Iterable[Stack]) -> list[tuple[str, float]]:
    """Seconds by what was waited for, the longest first."""
    seen: dict[str, float] = {}
    for stack in found:
        if stack.on:
            seen[stack.on] = seen.get(stack.on, 0.0) + stack.weight
    return sorted(seen.items(), key=lambda item: (-item[1], item[0]))
