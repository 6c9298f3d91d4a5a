"""What is done when a greenlet resumes that may have been delayed, or whose waiting is to be sampled.

Its Work has not run since ``seen``: it waited until it was ready, and was delayed from then on.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from sys import _getframe
from time import perf_counter
from types import FrameType
from typing import Any

from obs.runtime.accounting.account import UNKNOWN, Account
from obs.runtime.accounting.clock import Clock
from obs.runtime.accounting.links import links
from obs.work import Work

NEAR = 0.0003
"""Seconds. A delay that may be longer is looked at closely: since when the greenlet was ready, and behind whom.
Some 10 µs, within a bound."""

MOST = 0.05
"""Seconds that looking closely, and sampling, may cost between two ticks, which then see to it that less is done."""

LEARNING = 0.25

Listener = Callable[[Work, FrameType | None, float], None]
"""``listener(work, frame, seconds)``: under the same terms as those of :mod:`obs.runtime.waits.samples`."""

_listeners: tuple[Listener, ...] = ()

_random = Random()  # noqa: S311  for sampling; the service's own sequence stays as it is


def resumed(clock: Clock, account: Account, greenlet: Any, now: float, delay: float) -> None:
    """``greenlet`` has been switched to by the hub; ``delay`` is the tracer's cheap guess."""
    work = account.work
    if work is None:
        return  # who is no Work of this thread neither waits nor is delayed
    frame = _parked(_getframe(1), clock.depth)
    if now - max(account.seen, clock.since) > NEAR and worth_it(clock):
        delay = _look(clock, account, greenlet, frame, now, delay)
        links.charge(clock, work, int((now - delay) * 1e9), int(now * 1e9), clock.every)
        clock.spent += perf_counter() - now
    account.delay += delay
    for listener in _listeners:
        listener(work, frame, delay)
    _sample(clock, account, frame, now - delay - account.seen)


def listen(listener: Listener) -> Callable[[], None]:
    """Have ``listener`` called with each delay that may be over 0.3 ms, and the stack it ended in; returns the undo.

    The shorter ones are not told of: they are the tracer's own, without a call.
    """
    global _listeners
    _listeners = (*_listeners, listener)

    def undo() -> None:
        global _listeners
        _listeners = tuple(one for one in _listeners if one is not listener)

    return undo


def worth_it(clock: Clock) -> bool:
    """Whether to look closely now: one time in ``clock.every``, which then stands for as many."""
    clock.turns -= 1
    return clock.turns <= 0 and turn_to_look(clock) > 0


def turn_to_look(clock: Clock) -> int:
    """How many times the look that is due stands for; 0 if no more may be spent on looking before the next tick.

    The next is due after ``clock.every`` more on average, between half and one and a half of that: works that come in
    turns shall not be seen at one turn only.
    """
    every = clock.every
    clock.turns = round(every * (0.5 + _random.random())) if every > 1 else 1
    return every if clock.spent < MOST else 0


def _look(clock: Clock, account: Account, greenlet: Any, frame: FrameType | None, now: float, guess: float) -> float:
    """Its delay, as well as can be known. What is known is learnt from, for the gaps that are not looked at."""
    seen, since = account.seen, clock.since
    if clock.logged < now:  # the hub's segment, for those who ask who ran
        clock.log += (now, clock.loop)
        clock.logged = now
    ready_ns, estimated = links.ready_ns(clock, greenlet, frame, int(seen * 1e9), int(now * 1e9))
    delay = now - min(max(ready_ns / 1e9, seen, since), now)
    if seen < since:
        clock.guessed += delay if estimated else 0.0
        return delay
    clock.guessed -= guess
    if estimated:
        if clock.share != UNKNOWN:
            delay = guess
        clock.guessed += delay
    else:
        share = delay / (now - seen)
        account.share += (share - account.share) * LEARNING
        clock.share += (share - clock.share) * LEARNING
    return delay


def handed_over(clock: Clock, account: Account, now: float) -> None:
    """Another greenlet has switched to one of this account: it was not ready before, so all was waiting."""
    if account.work is not None:
        _sample(clock, account, _parked(_getframe(1), clock.depth), now - account.seen)


def _sample(clock: Clock, account: Account, frame: FrameType | None, waited: float) -> None:
    """Sample a wait in proportion to its length: a hit for each period of it, the first after what is left of one.

    Periods vary by a half, so that a service that waits in step with them is not seen at one moment only.
    """
    left, hits = clock.left - waited, 0
    while left < 0.0:
        more = int(-left / clock.period)
        hits += 1 + more
        left += more * clock.period + clock.period * (0.5 + _random.random())
    clock.left = left
    if hits and frame is not None and account.work is not None and clock.sampling < MOST:
        began = perf_counter()
        links.sample(account.work, frame, int(hits * clock.period * 1e9))
        clock.sampling += perf_counter() - began


def _parked(tracer: FrameType, depth: int) -> FrameType | None:
    """Where the resumed greenlet stands; None if it only starts."""
    frame = tracer.f_back
    while depth and frame is not None:
        frame, depth = frame.f_back, depth - 1
    return frame
