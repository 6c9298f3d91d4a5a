"""Who ran between two moments of a busy stretch, by name, at a cost that no number of segments or names raises.

With 500 works waiting in a stretch of 5,000 segments, walking each delay's segments would be 2.5 million steps on the
loop. So: a delay of a few segments walks them; a longer one takes the difference of each name's running total, two
bisections a name; and among more than :data:`NAMES` names it asks at :data:`POINTS` moments, evenly spread, who ran
(systematic sampling: unbiased, and what it says adds up all the same).
"""

from __future__ import annotations

from bisect import bisect_left
from random import random
from typing import TYPE_CHECKING

from obs.runtime.interference.track import Track

if TYPE_CHECKING:
    from obs.runtime.accounting import Clock
    from obs.work import Work

    Segments = list[tuple[int, Work | str]]

WALK = 8
"""Segments that are walked."""

NAMES = 32
"""Names whose totals are compared: 25 µs."""

POINTS = 32
"""Moments that are asked about: 15 µs."""

UNATTRIBUTED = "(unattributed)"
"""Who is charged with time of which it is not known, or not known any more, who ran in it."""

Parts = list[tuple[str, int]]
"""``(name, ns)``; a name may come more than once."""


def name_of(who: Work | str) -> str:
    """What a segment's time is charged to."""
    return who if isinstance(who, str) else who.name


class Ran:
    """What is known of one clock's stretch. Only that clock's thread uses it."""

    __slots__ = ("end", "forgotten", "known", "start", "taken", "tracks")

    def __init__(self, start: int) -> None:
        self.restart(start)

    def restart(self, start: int) -> None:
        self.start = self.known = self.end = start
        """The stretch begins at ``start``; segments are known from ``known`` to ``end``."""
        self.taken = 0
        """How many of the clock's segments are in the tracks."""
        self.tracks: dict[str, Track] = {}
        self.forgotten: dict[str, int] = {}
        """How long each name ran between ``start`` and ``known``."""

    def between(self, clock: Clock, start: int, end: int) -> Parts:
        """Who ran then. Less than ``end - start`` in sum where the clock's segments don't cover it."""
        segments = clock.segments
        if clock.stretch != self.start:
            self.restart(clock.stretch)
        few = len(segments) <= WALK or segments[-WALK - 1][0] <= start
        if few and (start >= self.known or not self.forgotten):
            return walk(segments, self.known, start, end)
        self.follow(clock)
        parts = self._blurred(start, min(end, self.known)) if start < self.known else []
        if len(self.tracks) <= NAMES:
            return parts + self._exact(start, end)
        return parts + sample(segments, max(start, self.known), min(end, self.end))

    def follow(self, clock: Clock) -> None:
        """Take in the segments that are new, or a new stretch from its start: 0.2 µs each."""
        segments = clock.segments
        if clock.stretch != self.start or len(segments) < self.taken:
            self.restart(clock.stretch)
        tracks, start = self.tracks, self.end
        for end, who in segments[self.taken :]:
            name = who if type(who) is str else who.name  # type: ignore[union-attr]  # mypy: `type() is` on a union
            track = tracks.get(name)
            if track is None:
                track = tracks[name] = Track()
            track.ends.append(end)
            totals = track.totals
            totals.append(totals[-1] + end - start)
            start = end
        self.end, self.taken = start, len(segments)

    def forget(self, clock: Clock, keep: int) -> None:
        """Of all but the last ``keep`` segments, keep only how long each name ran, of the 32 that ran longest."""
        if clock.stretch != self.start:
            self.restart(clock.stretch)
        segments = clock.segments
        gone = len(segments) - keep
        last = segments[gone - 1][0]
        self._forget_tracks(last)
        self._forget_untaken(segments[self.taken : gone])
        self.known, self.end, self.taken = last, max(self.end, last), max(self.taken - gone, 0)
        del segments[:gone]
        for name in sorted(self.forgotten, key=self.forgotten.__getitem__)[:-NAMES]:
            self.forgotten[UNATTRIBUTED] = self.forgotten.get(UNATTRIBUTED, 0) + self.forgotten.pop(name)

    def _forget_tracks(self, moment: int) -> None:
        for name, track in list(self.tracks.items()):
            self.forgotten[name] = self.forgotten.get(name, 0) + track.forget(moment)
            if not track.ends:
                del self.tracks[name]

    def _forget_untaken(self, segments: Segments) -> None:
        """Segments that are not in the tracks yet: 0.1 µs each."""
        forgotten, start = self.forgotten, self.end
        for end, who in segments:
            name = who if type(who) is str else who.name  # type: ignore[union-attr]  # as above
            forgotten[name] = forgotten.get(name, 0) + end - start
            start = end

    def _exact(self, start: int, end: int) -> Parts:
        whole = end >= self.end
        parts = []
        for name, track in self.tracks.items():
            if track.ends[-1] > start:
                ns = (track.totals[-1] if whole else track.by(end)) - track.by(start)
                if ns:
                    parts.append((name, ns))
        return parts

    def _blurred(self, start: int, end: int) -> Parts:
        """In what is forgotten, all names are taken to have run evenly mixed."""
        start = max(start, self.start)
        span, whole = max(end - start, 0), self.known - self.start
        if not whole:
            return []  # segments of no length are forgotten too
        parts = [(name, ns * span // whole) for name, ns in self.forgotten.items()]
        parts.append((UNATTRIBUTED, span - sum(ns for _, ns in parts)))  # what the rounding took
        return [part for part in parts if part[1]]


def walk(segments: Segments, first: int, start: int, end: int) -> Parts:
    """The parts of the last segments; ``first`` is when the first of all began."""
    parts = []
    at = len(segments) - 1
    while at >= 0:
        ended, who = segments[at]
        if ended <= start:
            break
        at -= 1
        began = segments[at][0] if at >= 0 else first
        ns = (ended if ended < end else end) - (began if began > start else start)
        if ns > 0:
            parts.append((who if type(who) is str else who.name, ns))  # type: ignore[union-attr]  # as above
    return parts


def sample(segments: Segments, start: int, end: int) -> Parts:
    """An equal part of the time for who ran at each of :data:`POINTS` moments, evenly spread from a random first."""
    parts = []
    span, offset, given = end - start, random(), 0  # noqa: S311  no secret
    for point in range(POINTS):
        moment = start + int(span * (point + offset) / POINTS)
        upto = span * (point + 1) // POINTS
        who = segments[bisect_left(segments, (moment + 1,))][1]  # a tuple that is a beginning of another is less
        if upto > given:
            parts.append((name_of(who), upto - given))
        given = upto
    return parts
