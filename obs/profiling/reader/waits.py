"""What a process without obs waits for, and where: by looks at its parked greenlets."""

from __future__ import annotations

from collections import Counter

from obs.profiling.builder import Builder, begins
from obs.profiling.outside.dispatch import endpoint
from obs.profiling.outside.waiting import waits_for
from obs.profiling.outside.works import label_of
from obs.profiling.reader.greenlet import Stack
from obs.profiling.reader.reader import Reader
from obs.profiling.session import Sample, Session


class Waits:
    """Looks at every parked greenlet, now and then: what a process without obs waits for, and where."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._stacks: Counter[Stack] = Counter()
        self.looks = 0

    def look(self) -> None:
        """Raises OSError if it has ended, TornError."""
        self.looks += 1
        waiting = (each for each in self._reader.greenlets() if each.state == "waiting" and not each.role)
        self._stacks.update(each.stack for each in waiting)

    def session(self, seconds: float) -> Session:
        """The wait view: each look stands for its part of ``seconds``."""
        builder, weight = Builder(), seconds / max(self.looks, 1)
        for stack, count in self._stacks.items():
            outermost = tuple(reversed(stack))
            work = label_of(outermost) or endpoint(outermost)[0]
            on = waits_for(stack)
            sample = Sample(
                (), work, "wait", weight * count, begins(outermost), pid=self._reader.pid, on=on, looks=count
            )
            builder.add(outermost, sample)
        rate = self.looks / seconds if seconds else 0.0
        return Session(
            source="reader",
            rates={"wait": rate},
            frames=builder.frames,
            samples=builder.samples,
            duration=seconds,
        )
