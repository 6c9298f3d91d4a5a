"""The course of what holds a loop now: who, since when, and the stacks taken so far."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from obs.runtime.accounting.entries import IDLE, LOOP, UNATTRIBUTED
from obs.runtime.blocks import shots
from obs.runtime.blocks.shots import Shot
from obs.work import Work

if TYPE_CHECKING:
    from obs.runtime.accounting import Clock

MOST = 10
"""Stacks of one block: each at twice the age of the one before, so 20 ms to 10 s."""

SELDOM = 5
"""Of how many looks one is made on a loop that has not been blocked of late: each costs a busy loop a millisecond, for
the thread that looks has to fight for the GIL."""

ALERT_NS = 30_000_000_000
"""How long after a block a loop is watched closely."""

REMEMBERED = 64
"""Stacks of one loop that are kept until their block has ended."""

Running = tuple[int, Work | str]
"""Since when somebody holds the loop, as ``perf_counter_ns``, 0 if nobody does; and who: a Work, or an entry's name."""


def running(clock: Clock) -> Running:
    """Who holds the loop now. Read beside the thread that writes it: what changes meanwhile has just begun."""
    since = clock.last
    if clock.polling == clock.born:
        return 0, IDLE  # no loop has run yet: imports, at the start
    who, hub = clock.running or UNATTRIBUTED, clock.idle_hub
    if hub:
        if clock.polled <= clock.polling:
            return 0, IDLE
        since, who = max(since, clock.polled), LOOP
    return (since, who) if clock.last <= since else (0, IDLE)


class Course:
    """Follows one clock. Its stacks are looked up by time: a block may begin later than its switch."""

    def __init__(self, clock: Clock, threshold: int) -> None:
        self.clock = clock
        self.threshold = threshold
        self.since = 0
        self.next_age = threshold
        self.count = 0
        self.alert_until = 0
        self.shots: deque[Shot] = deque(maxlen=REMEMBERED)

    def look(self, now: int) -> int:
        """Take a stack if it is time; returns when to look again.

        After a block, for some seconds, that is when what runs now will be as old as the threshold, and no later than
        twice that: so a block is met at its threshold, or, on a loop that was idle or blocked by another, at twice
        that. On a loop without blocks it is more seldom: the first short one may have no stack.
        """
        since, _ = running(self.clock)
        if since != self.since:
            self.since, self.next_age, self.count = since, self.threshold, 0
        if since and now - since >= self.next_age and self.count < MOST:
            self._take(now)
        if self.count or now < self.alert_until:
            soon = now + 2 * self.threshold
            return min(since + self.next_age, soon) if since and self.count < MOST else soon
        return now + 2 * SELDOM * self.threshold

    def alert(self, now: int) -> None:
        """It has been blocked: watch it closely for a while."""
        self.alert_until = now + ALERT_NS

    def _take(self, now: int) -> None:
        shot = shots.take(self.clock.thread_id, now)
        # What ran may have been switched away between the look at the clock and the look at the stack.
        if shot is not None and running(self.clock)[0] == self.since:
            self.shots.append(shot)
            self.count += 1
        while self.next_age <= now - self.since:
            self.next_age *= 2

    def between(self, start_ns: int, end_ns: int) -> list[Shot]:
        """The stacks taken between the two. Any thread may ask: a copy, made in one go, is what it goes through."""
        return [shot for shot in list(self.shots) if start_ns <= shot.at <= end_ns]
