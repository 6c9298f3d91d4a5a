"""What each loop does at this moment."""

from __future__ import annotations

from time import perf_counter_ns
from typing import Any, TypedDict

from obs.native import thread_name
from obs.runtime.accounting import clocks


class Loop(TypedDict):
    """Seconds are up to now."""

    thread: str
    native_id: int
    idle: float | None
    """For how long it has slept in its poll; None if it is at work."""
    busy: float | None
    """For how long it has been at work without sleep."""
    runs: str
    """The name of the Work that runs; ``(loop)`` for the hub's own; empty for nobody's greenlet, and in the poll."""
    runs_since: float | None
    ready: int
    """Callbacks in line."""


def loops() -> list[Loop]:
    """The loops of this process that are accounted for."""
    now = perf_counter_ns()
    return [_loop(clock, now) for clock in clocks()]


def _loop(clock: Any, now: int) -> Loop:
    asleep = clock.watched and clock.polling > clock.polled
    work = clock.running
    runs = "(loop)" if clock.idle_hub else work.name if work is not None else ""
    return Loop(
        thread=thread_name(clock.thread_id),
        native_id=clock.native_id,
        idle=_ago(clock.polling, now) if asleep else None,
        busy=None if asleep else _ago(clock.stretch, now),
        runs="" if asleep else runs,
        runs_since=None if asleep else _ago(clock.last, now),
        ready=len(getattr(clock.hub.loop, "_callbacks", ())),
    )


def _ago(when: int, now: int) -> float:
    return round(max(now - when, 0) / 1e9, 6)
