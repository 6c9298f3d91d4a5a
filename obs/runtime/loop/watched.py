"""One event loop as it is watched: how long it works and sleeps, turn by turn."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns, time
from typing import NamedTuple

from obs.errors import fault
from obs.runtime import blocks
from obs.runtime.accounting import Clock
from obs.runtime.holds import hold
from obs.runtime.loop.delay import STEP_NS, Delays, Probes
from obs.runtime.loop.hooks import attach

SLEPT_NS = 100_000
"""A poll that took longer has really slept: whatever was ready before, had its turn."""

BELIEVED_NS = 20_000_000
"""After a long turn, a shorter poll may be no sleep at all: it had something at once, and the thread lost its CPU, as
those do who use it, or had to wait for the GIL."""

LONG_NS = 1_000_000
"""gevent leaves callbacks in line when it has run some for its switch interval, 5 ms by default: not after less."""

Errand = Callable[[], object]
"""Something that must be done on the loop's thread, within 1 ms."""


class Totals(NamedTuple):
    """What a loop has done since it is watched, in nanoseconds and turns."""

    busy: int
    idle: int
    turns: int


class Watched:
    """Keeps the loop's part of a :class:`Clock`. Made on the thread of that clock; any thread may read it.

    The two hooks are on the path of every turn: 0.35 to 0.5 µs the pair (3.11 to 3.13). They call nothing that could
    fail, for what is raised there goes to the hub, and a signal handler's exception must.
    """

    __slots__ = (
        *("clock", "loop", "hooks", "errands"),
        *("busy_ns", "idle_ns", "turns", "behind", "worked_long"),
        *("delays", "next_probe", "probes"),
    )

    def __init__(self, clock: Clock, delays: Delays) -> None:
        self.clock = clock
        self.loop = clock.hub.loop
        self.delays = delays
        self.errands: list[Errand] = []
        """Done one in each turn, in order. Any thread may append."""
        self.restart()
        self.hooks = attach(self.loop, self.before_poll, self.after_poll)

    def restart(self) -> None:
        """Begin at zero, at work: also in a forked child, which shall not count its parent's time again."""
        self.clock.polled = perf_counter_ns()
        self.busy_ns = self.idle_ns = self.turns = 0
        self.next_probe = STEP_NS
        self.probes: Probes | None = None
        self.worked_long = False
        self.behind = False
        """Whether it polls with callbacks in line: it can't sleep then, though it may be long in getting the GIL."""

    def before_poll(self) -> None:
        clock = self.clock
        now = clock.polling = perf_counter_ns()
        worked = now - clock.polled
        busy = self.busy_ns = self.busy_ns + worked
        if worked > LONG_NS:
            self.worked_long = True
            self.behind = self.ready > 0
            blocks.polls(clock, now)
        if busy >= self.next_probe:
            self._passed(busy - self.next_probe, now)

    def after_poll(self) -> None:
        clock = self.clock
        clock.looked = clock.polled
        now = clock.polled = perf_counter_ns()
        slept = now - clock.polling
        if slept > LONG_NS:
            now, slept = self._before_handlers(now, slept)
        clock.idle += slept
        self.idle_ns += slept
        self.turns += 1
        if self.behind:
            self.behind, slept = False, 0
        if slept > SLEPT_NS and not (self.worked_long and slept < BELIEVED_NS):
            clock.stretch = now
            clock.segments.clear()
        self.worked_long = False
        if self.probes is not None:
            self._probe(self.probes, clock.polling if slept > SLEPT_NS else 0)
        if self.errands:
            self._run_errand()

    def _before_handlers(self, now: int, slept: int) -> tuple[int, int]:
        """A signal handler in Python has run before us, for we are the first Python after the poll: it is work.

        libev's ``now()`` is when the poll returned; libuv's is of another clock, and too far away to be believed.
        """
        late = int((time() - self.loop.now()) * 1e9)
        if LONG_NS < late < slept:
            now -= late
            slept -= late
            self.clock.polled = now
        return now, slept

    def _passed(self, since: int, now: int) -> None:
        """Probes have become ready, the first of them ``since`` nanoseconds of work ago."""
        if self.turns:
            self.probes = Probes.due(since, now)
            self.next_probe += self.probes.number * STEP_NS
        else:  # the service was starting: its imports are not the work of a loop that nobody has run yet
            self.busy_ns = 0

    def _probe(self, probes: Probes, answered: int) -> None:
        """Have the probes answered when all has been done that is in line; ``answered`` if the loop was free then."""
        self.probes = None
        try:
            if answered:
                self.delays.observe(probes, answered)
            else:
                self.loop.run_callback(self.delays.answer, probes)
        except Exception:
            fault("loop.delay")

    def _run_errand(self) -> None:
        try:
            hold(self.errands.pop(0))
        except Exception:
            fault("loop.errand")

    def abandon(self) -> None:
        """Let go of the clock of a thread that has ended: gevent keeps that thread's loop, and what is fixed to it."""
        del self.clock

    def totals(self, now: int) -> Totals:
        """From the first poll up to ``now``, what is going on included. In another thread it may lack the last turn.

        The sums are read first: a turn that ends meanwhile is then left out, and never counted twice.
        """
        busy, idle, turns = self.busy_ns, self.idle_ns, self.turns
        polling, polled = self.clock.polling, self.clock.polled
        if polling > polled:
            idle += max(now - polling, 0)
        elif turns:
            busy += max(now - polled, 0)
        return Totals(busy, idle, turns)

    @property
    def asleep(self) -> bool:
        """Whether it is in its poll."""
        return self.clock.polling > self.clock.polled

    @property
    def ready(self) -> int:
        """How many callbacks are in line: mostly greenlets that are to run. 0 if a loop doesn't tell."""
        return len(getattr(self.loop, "_callbacks", ()))  # gevent's own repr of a loop shows it so
