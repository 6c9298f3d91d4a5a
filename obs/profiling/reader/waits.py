"""What a process without obs waits for, and where: by looks at its parked greenlets; if it has none, at its threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

from obs.profiling.builder import Builder, begins
from obs.profiling.outside.dispatch import endpoint
from obs.profiling.outside.waiting import waits_for
from obs.profiling.outside.works import is_hub, label_of
from obs.profiling.reader.errors import TornError
from obs.profiling.reader.greenlet import Stack
from obs.profiling.reader.reader import Reader
from obs.profiling.session import Sample, Session

AGAIN = 1.0
"""Seconds after which memory is searched for new greenlets. Those of before stay known: where one has ended, the next
is made, so that one which lives shortly is mostly in a place that is known."""


class Waits:
    """Each look stands for the time since the one before. Not for several threads at once."""

    def __init__(self, reader: Reader, clock: Callable[[], float] = monotonic) -> None:
        self._reader, self._clock = reader, clock
        self._seconds: dict[Stack, list[float]] = {}
        """By stack, how long, and in how many looks."""
        self._began: float | None = None
        self._last: float | None = None
        self._found: float | None = None
        self.looks = 0

    def look(self) -> None:
        """Raises OSError if it has ended."""
        self._find()
        now = self._clock()
        since = 0.0 if self._last is None else now - self._last
        try:
            found = list(self._waiting())
        except TornError:
            return
        self._began, self._last = (now if self._began is None else self._began), now
        self.looks += 1
        for stack in found:
            seen = self._seconds.setdefault(stack, [0.0, 0])
            seen[0] += since
            seen[1] += 1

    def _find(self) -> None:
        if self._found is None or self._clock() - self._found >= AGAIN:
            self._found = self._clock()
            self._reader.check()
            self._reader.find()

    def _waiting(self) -> Iterator[Stack]:
        """Of greenlets; of threads only where there are none: else a thread that stands still holds a loop."""
        if self._reader.has_greenlets:
            yield from (stack for stack in self._reader.parked() if stack and not is_hub(stack[-1]))
            return
        for each in self._reader.look().threads:
            if each.state != "R" and not each.holds_gil and each.stack:
                yield each.stack

    def session(self, seconds: float) -> Session:
        """The wait view of ``seconds``: what was between the last look and their end is as it was before."""
        builder = Builder()
        scale = seconds / self._covered if self._covered else 0.0
        for stack, (waited, looks) in self._seconds.items():
            if waited:
                outermost = tuple(reversed(stack))
                builder.add(outermost, self._sample(stack, outermost, waited * scale, int(looks)))
        rate = self.looks / seconds if seconds else 0.0
        return Session(
            source="reader", rates={"wait": rate}, frames=builder.frames, samples=builder.samples, duration=seconds
        )

    def _sample(self, stack: Stack, outermost: Stack, weight: float, looks: int) -> Sample:
        work = label_of(outermost) or endpoint(outermost)[0]
        on = waits_for(stack)
        return Sample((), work, "wait", weight, begins(outermost), pid=self._reader.pid, on=on, looks=looks)

    @property
    def _covered(self) -> float:
        """Seconds from the first look to the last."""
        return 0.0 if self._began is None or self._last is None else self._last - self._began
