"""Putting together what is known of a wake-up."""

from __future__ import annotations

from types import FrameType
from typing import TYPE_CHECKING, Any

from obs.errors import fault
from obs.metrics import active
from obs.metrics.catalog import OBS_DELAY_ESTIMATED
from obs.runtime.ready import arrivals, deadlines, loops, parked
from obs.runtime.ready.budget import Budget

if TYPE_CHECKING:
    from obs.runtime.accounting import Clock

SLEPT_NS = 100_000
"""A poll that took longer had slept, so nothing was ready before it returned; or the process had no CPU meanwhile, so
this is believed only of what can't be asked."""

TOLERANCE_NS = 10_000_000
"""The kernel tells arrivals in jiffies: up to 10 ms."""

# What each look-up costs, as it is charged to the budget (3.11, compiled loop; 3.13 is the same within a fifth).
STAMP_NS = 1_500
"""All for a greenlet that a callback resumes; 4 µs with 1,000 in line behind it."""
SLEEP_NS = 1_500
READ_NS = 5_000
TIMER_NS = 20
"""For each timer that is looked at: 20 µs for them all. An estimate costs 1 µs more, and 0.3 out of the budget."""

_budget = Budget()


def ready_ns(clock: Clock, greenlet: Any, frame: FrameType | None, parked_ns: int, now: int) -> tuple[int, bool]:
    """When ``greenlet``, which the hub resumes at ``now``, became ready; and whether that is estimated.

    ``frame`` is the innermost of its parked stack (None: it has not started); it, or another greenlet of its Work, ran
    until ``parked_ns`` (0: unknown). Called on the clock's thread in a switch by the hub, after long stretches. Never
    raises, switches, calls the service's Python, or keeps anything. Within a hundredth of the time in all; beyond it
    everything is estimated.
    """
    try:
        begin = max(clock.looked, parked_ns)
        if not _budget.has_any(now):
            return _middle(begin, clock.polled, now), True
        loop = clock.hub.loop
        find = _find_stamped if loops.is_stamped(loop) else _find_unstamped
        found, known = find(clock, loop, greenlet, frame, begin, now)
        return max(parked_ns, min(found, now)), not known
    except Exception:
        fault("ready")
        return now, True


Found = tuple[int, bool]
"""A time, and whether it is known."""


def _find_stamped(clock: Clock, loop: Any, greenlet: Any, frame: FrameType | None, begin: int, now: int) -> Found:
    """Whether a callback or a watcher resumes it is certain here."""
    _budget.spend(STAMP_NS)
    stamp = loops.enqueued_ns(loop)
    if stamp and (frame is None or not _by_hub(frame)):
        return (stamp, True) if stamp > 0 else (_middle(begin, now, now), False)
    polled = clock.polled
    found = _by_frame(clock, frame, begin, now) if frame is not None else 0
    if not found:
        _budget.spend(TIMER_NS * len(loop.obs_timers))
        found = _plausible(deadlines.fired(loop, greenlet, polled), clock)
    if not found and polled - clock.polling > SLEPT_NS:
        found = polled
    return (found, True) if found else (_middle(begin, polled, now), False)


def _by_hub(frame: FrameType) -> bool:
    """Whether the callback was put in line by the hub, when it had found that there is something to read."""
    frame, where = parked.place(frame)
    return where in parked.SELECTS and bool(arrivals.selected(frame))


def _find_unstamped(clock: Clock, _loop: Any, _greenlet: Any, frame: FrameType | None, begin: int, now: int) -> Found:
    found = _by_frame(clock, frame, begin, now) if frame is not None else 0
    return (found, True) if found else (_middle(begin, now, now), False)


def _by_frame(clock: Clock, frame: FrameType, begin: int, now: int) -> int:
    frame, where = parked.place(frame)
    if where == parked.SLEEP:
        _budget.spend(SLEEP_NS)
        found = deadlines.slept_until(frame, begin, clock.polled)
    elif where in parked.READS:
        _budget.spend(READ_NS)
        found = arrivals.arrived(arrivals.read_from(frame), now)
    elif where in parked.SELECTS:
        _budget.spend(READ_NS)
        times = (arrivals.arrived(fd, now) for fd in arrivals.selected(frame))
        found = min((time for time in times if _plausible(time, clock)), default=0)
    else:
        return 0
    return _plausible(found, clock)


def _plausible(found: int, clock: Clock) -> int:
    """``found`` if the loop could see it at this poll and at none before, else 0: something else has happened."""
    return found if clock.looked - TOLERANCE_NS <= found <= clock.polled + TOLERANCE_NS else 0


def _middle(begin: int, end: int, now: int) -> int:
    """Between when the loop last looked, or the wait began, and when it looked again."""
    return (begin + (end if end > begin else now)) // 2


def count_estimated(delay_ns: int) -> None:
    """Count a delay, or the part of one, that began at an estimated time."""
    try:
        counter = active.store().counter(OBS_DELAY_ESTIMATED)
        counter.cells[counter.index] += delay_ns / 1e9
    except Exception:
        fault("ready")
