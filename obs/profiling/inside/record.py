"""A window of this process's life, sampled from inside."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from random import Random
from time import perf_counter, time

from obs.profiling.inside.budget import SHARE, Budget
from obs.profiling.inside.collected import Collected
from obs.profiling.inside.looks import AGAIN, LATE, Look, compared, look
from obs.profiling.inside.pace import Pace
from obs.profiling.inside.resumed import Resumed
from obs.profiling.inside.sweep import swept
from obs.profiling.session import VIEWS, Session, View
from obs.runtime import waits
from obs.runtime.accounting import resuming
from obs.runtime.accounting.account import NOTHING, Used
from obs.runtime.accounting.clock import PERIOD
from obs.runtime.accounting.peek import so_far

Steps = Generator[float, bool, None]
"""Yields seconds to sleep, and is sent whether to stop."""

PAUSE = 0.002
"""Seconds between two slices of what takes longer."""

CALM = 0.05
"""Seconds between two collections where nothing is to be looked at."""

HELD = 0.25
"""Of the rate, how often one looks at who holds a loop, at most: at 100 a second that was 1.5% of a busy loop's CPU,
measured, since each look takes the GIL from it."""

SLICES = 3
"""Of what was captured that are summed after a look."""

_random = Random()  # noqa: S311  for sampling


def record(views: Sequence[View], seconds: float, rate: float) -> Generator[float, bool, Session]:
    """Sample this process for ``seconds``, or until told to stop; returns the session.

    Yields seconds to sleep, and is sent whether to stop: its caller sleeps natively. ``rate``: looks per second, for
    ``held`` and, where nobody can look from outside, ``cpu``. When it is closed nothing stays on.
    """
    recorder = Recorder(views, rate)
    with recorder.listening():
        yield from recorder.window(seconds)
        recorder.end()
    yield from recorder.finish()
    return recorder.session()


class Recorder:
    """One recording."""

    def __init__(self, views: Sequence[View], rate: float) -> None:
        self.views, self.rate = views, rate
        self.looking = rate if "cpu" in views else rate * HELD if "held" in views else 0.0
        """Looks per second, at most."""
        self.pace = Pace(self.looking, steady="cpu" in views)
        self.budget = Budget()
        self.resumed = Resumed(1 / rate, self.budget)
        self.collected = Collected(os.getpid())
        self.began, self.started = time(), perf_counter()
        self.ended = self.started
        self.before = self.after = so_far()

    def listening(self) -> ExitStack:
        """Listens until it is closed."""
        stack = ExitStack()
        if "wait" in self.views:
            stack.callback(waits.listen(self.resumed.waited))
        if "delay" in self.views:
            stack.callback(resuming.listen(self.resumed.delayed))
        return stack

    def window(self, seconds: float) -> Steps:
        """Look and collect until it is over."""
        until, ticked = self.started + seconds, self.started
        while (now := perf_counter()) < until:
            self.budget.tick(now - ticked)
            ticked = now
            pause = (0.5 + _random.random()) / self.pace.rate if self.looking else CALM
            if (yield min(pause, until - now)):
                return
            if self.looking:
                yield from self._look(now + pause)
            if (yield from self._collect()):
                return

    def _collect(self) -> Generator[float, bool, bool]:
        """Sum some of what was captured; returns whether to stop."""
        for _ in range(SLICES):
            began = perf_counter()
            done = self.collected.take(self.resumed.raw)
            self.budget.spent += perf_counter() - began
            if done:
                break
            if (yield PAUSE):
                return True
        return False

    def _look(self, due: float) -> Steps:
        """Look twice; once at what is known to run."""
        now = perf_counter()
        first, second = look(now), list[Look]()
        if first and now - due < LATE:
            yield AGAIN
            second = look(perf_counter())
        found = list(compared(first, second, 1 / self.pace.rate))
        self.pace.after(held=any(raw.view == "held" for raw in found))
        for raw in found:
            if raw.view in self.views:
                self.collected.add(raw)

    def end(self) -> None:
        """The window is over."""
        self.ended, self.after = perf_counter(), so_far()

    def finish(self) -> Steps:
        """Collect the rest, and what has been parked all the time."""
        while not self.collected.take(self.resumed.raw):
            yield PAUSE
        if "wait" in self.views:
            for slice_ in swept(self.started, self.ended):
                self.resumed.raw.extend(slice_)
                while not self.collected.take(self.resumed.raw):
                    yield PAUSE
                yield PAUSE

    def session(self) -> Session:
        builder = self.collected.builder
        return Session(
            started=self.began,
            duration=self.ended - self.started,
            source="inside",
            rates=dict(self._rates()),
            frames=builder.frames,
            samples=builder.samples,
            totals=used(self.before, self.after),
            lost=self._lost(),
            notes=tuple(self._notes()),
        )

    def _rates(self) -> Iterator[tuple[str, float]]:
        for view in self.views:
            yield view, {"wait": 1 / PERIOD, "delay": self.rate}.get(view, self.looking)

    def _lost(self) -> dict[str, int]:
        lost = {
            f"over the budget of {SHARE:.1%} of the time": self.budget.refused,
            "more than could be collected": self.resumed.overflowed,
        }
        return {why: count for why, count in lost.items() if count}

    def _notes(self) -> Iterator[str]:
        if "cpu" in self.views:
            yield BIASED


def used(before: Mapping[str, Used], after: Mapping[str, Used]) -> dict[str, dict[str, float]]:
    """By work and view. What was corrected down meanwhile is nothing."""
    found = {work: now.minus(before.get(work, NOTHING)) for work, now in after.items()}
    return {
        work: {view: max(s, 0.0) for view, s in zip(VIEWS, of, strict=True)} for work, of in found.items() if any(of)
    }


BIASED = (
    "cpu is sampled inside the process, by a thread that needs the GIL: what runs for less than the switch interval (5 "
    "ms) at a time is seen where it next lets go of the GIL, and C code that holds it not at all"
)
