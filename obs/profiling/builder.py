"""Collects samples, and numbers their frames."""

from __future__ import annotations

from collections.abc import Iterable

from obs.profiling.session import Frame, Sample


def begins(stack: Iterable[Frame]) -> str:
    """The function that a stack's greenlet began in: its outermost frame but for labels; empty if there is none."""
    return next((frame.function for frame in stack if frame.kind != "label"), "")


class Builder:
    """Collects samples whose stacks are frames; equal samples become one."""

    def __init__(self) -> None:
        self._frames: dict[Frame, int] = {}
        self._samples: dict[Sample, list[float]] = {}

    def add(self, stack: Iterable[Frame], sample: Sample) -> None:
        """``sample`` with ``stack`` for its own, the outermost frame first."""
        frames = self._frames
        key = sample._replace(
            stack=tuple(frames.setdefault(frame, len(frames)) for frame in stack), weight=0.0, looks=0
        )
        seen = self._samples.setdefault(key, [0.0, 0])
        seen[0] += sample.weight
        seen[1] += sample.looks

    @property
    def frames(self) -> tuple[Frame, ...]:
        return tuple(self._frames)

    @property
    def samples(self) -> tuple[Sample, ...]:
        return tuple(key._replace(weight=seen[0], looks=int(seen[1])) for key, seen in self._samples.items())
