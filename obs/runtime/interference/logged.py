"""Who ran lately, by accounting's own log: at saturation every delay is short, and bringing the stretch's record up to
date for it cost 0.5 µs for each segment that had run since the last, which was most of what a look cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from obs.runtime.interference.ran import UNATTRIBUTED, Parts

if TYPE_CHECKING:
    from obs.runtime.accounting import Clock

MOST = 128
"""Segments that are walked, 0.15 µs each; in a delay over more of them the stretch's record is the cheaper."""


def lately(clock: Clock, start: int, end: int) -> Parts | None:
    """Who ran from ``start`` to ``end``, ns; None if the log does not reach so far back, or has too many segments.

    Less than ``end - start`` in sum if the stretch began later, or the last segment has ended before.
    """
    start = max(start, clock.stretch)
    found: dict[str, int] = {}
    later, who, steps = 0, "", 0
    for log in (clock.log, *reversed(clock.past)):
        for at in range(len(log) - 2, -1, -2):
            ended = int(log[at] * 1e9)
            ns = min(later, end) - max(ended, start)
            if ns > 0:
                found[who] = found.get(who, 0) + ns
            if ended <= start:
                return list(found.items())
            later, who, steps = ended, log[at + 1].name, steps + 1
            if steps > MOST:
                return None
    return None


def retell(clock: Clock) -> None:
    """Bring ``clock.segments`` up to date with the log."""
    segments, past, told = clock.segments, clock.past, max(clock.told, clock.since)
    first, forgotten = len(segments), len(past) == past.maxlen and past[0][:1] > [told]
    for log in (*past, clock.log):
        if log and log[-2] > told:
            pairs = zip(log[::2], log[1::2], strict=True)
            segments += [(int(end * 1e9), account.name) for end, account in pairs if end > told]
    if forgotten:
        segments[first] = (segments[first][0], UNATTRIBUTED)  # nobody knows any more when that began
    past.clear()
    if clock.log:
        clock.told = clock.log[-2]
