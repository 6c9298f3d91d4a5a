"""A session's samples of one view with their frames at hand: what transforms take and give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from obs.profiling.session import Frame, Sample, Session, View


class Stack(NamedTuple):
    """Seconds spent in one place."""

    frames: tuple[Frame, ...]
    """The outermost first."""
    work: str
    weight: float
    looks: int = 1
    on: str = ""


Stacks = list[Stack]
Transform = Callable[[Stacks], Stacks]
"""A pure function; those of :mod:`obs.profiling.transforms` are applied one after the other."""


def stacks(session: Session, view: View) -> Stacks:
    """The samples of ``view``."""
    return [stack(session, sample) for sample in session.samples if sample.view == view]


def stack(session: Session, sample: Sample) -> Stack:
    return Stack(session.frames_of(sample), sample.work, sample.weight, sample.looks, sample.on)


def apply(transforms: Iterable[Transform], found: Stacks) -> Stacks:
    """``found`` after each of the ``transforms``."""
    for transform in transforms:
        found = transform(found)
    return found


def total(found: Iterable[Stack]) -> float:
    """Seconds."""
    return sum(stack.weight for stack in found)
