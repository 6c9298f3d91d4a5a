"""Looks at the run on a thread of its own, and keeps what the last quarter of an hour was like.

It looks often while somebody watches and seldom else, and never so often that it would take more than a small share of
a core: a look at 64 processes of 2,000 series takes a good part of a second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from obs.errors import fault
from obs.host.live.findings.finding import Finding
from obs.host.live.findings.registry import found
from obs.host.live.history import STEP, TOTAL, History, Values
from obs.host.live.kept import three
from obs.host.live.look import Look, Looking
from obs.host.live.moment import QUARTER, Moment
from obs.host.live.roster import Roster
from obs.host.rates import Row, rates
from obs.host.reading import BOUNDS
from obs.host.tally import Reading
from obs.host.vitals import pulse

WATCHED, UNWATCHED = 2.0, 10.0
"""Seconds between two looks at least, with and without somebody who watches."""

SHARE, SHARE_UNWATCHED = 0.07, 0.015
"""Of a core that looking may take."""

SLOWEST = 30.0
"""Seconds between two looks at most."""

INTEREST = 30.0
"""Seconds for which a request without a stream counts as somebody who watches."""

GONE_MOST = 100


class Watch:
    """Start it once. ``moment`` is the newest; :meth:`wait` for the one after."""

    def __init__(self, folder: Path, service: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self.moment: Moment | None = None
        self.findings: tuple[Finding, ...] = ()
        self.number = 0
        """Of looks so far."""
        self.interval = WATCHED
        self.ended = ""
        """Why there will be no more."""
        self.history = History()
        self.busy = History(("busy",), most=1_000)
        """By pid."""
        self.whole = History(("busy", "late", "cores"))
        """Of all processes together."""
        self.backlogs = History(("backlog",), most=500)
        """By ``SYSTEM/QUEUE``."""
        self._folder, self._service, self._clock = folder, service, clock
        self.roster = Roster()
        self._looks, self._lately, self._quarter = three()
        self._pointed: Look | None = None
        self._gone: dict[int, float] = {}
        self._watchers = 0
        self._asked = -INTEREST
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._sooner = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="obs-live")

    def start(self) -> None:
        self._thread.start()

    def stop(self, why: str = "the run has ended") -> None:
        """No more looks; who waits is told."""
        self._stopping.set()
        self._sooner.set()
        with self._changed:
            self.ended = self.ended or why
            self._changed.notify_all()

    def watching(self, change: int) -> None:
        """Count one who has a stream open, or is gone."""
        with self._changed:
            self._watchers += change
        if change > 0:
            self.asked()

    def asked(self) -> None:
        """Somebody wants to know: look soon, if the last look was long ago."""
        idle = not self.watched
        self._asked = self._clock()
        if idle:
            self._sooner.set()

    @property
    def watched(self) -> bool:
        return self._watchers > 0 or self._clock() - self._asked < INTEREST

    def wait(self, after: int, seconds: float) -> bool:
        """Whether there is a newer look than number ``after``, within ``seconds``."""
        with self._changed:
            return self._changed.wait_for(lambda: self.number > after or bool(self.ended), seconds) and not self.ended

    def _run(self) -> None:
        looking = Looking(self._folder)
        try:
            while not self._stopping.is_set():
                began = time.thread_time()
                self._try(looking)
                self.interval = pace(time.thread_time() - began, watched=self.watched)
                self._sooner.wait(self.interval)
                self._sooner.clear()
        finally:
            looking.close()

    def _try(self, looking: Looking) -> None:
        try:
            self.add(looking.look())
        except FileNotFoundError:
            self.stop()
        except Exception:
            fault("live view: a look at the run")

    def add(self, look: Look) -> None:
        """Take a look in, and tell who waits."""
        moment = self._moment(look)
        findings = found(moment)
        self._point(look)
        self.roster.add(moment)
        with self._changed:
            self.moment, self.findings, self.number = moment, findings, self.number + 1
            self._changed.notify_all()

    def _moment(self, look: Look) -> Moment:
        self._note_gone(look)
        past = replace(look, blocks=())  # the newest look has every block that is known
        before = earlier(self._looks.add(past), past, None)
        long_before = earlier(self._lately.add(past), past, before)
        long_ago = earlier(self._quarter.add(past), past, long_before)
        return Moment(look, before, long_before, long_ago, dict(self._gone), self._service)

    def _note_gone(self, look: Look) -> None:
        if last := self._looks.last:
            here = {member.pid for member in look.members}
            for member in last.members:
                if member.pid not in here:
                    self._gone[member.pid] = last.when
        limit = look.when - QUARTER
        kept = [(pid, when) for pid, when in self._gone.items() if when > limit]
        self._gone = dict(kept[-GONE_MOST:])

    def _point(self, look: Look) -> None:
        """Make a point of the course when there is a whole one."""
        last = self._pointed
        if last is None:
            self._pointed = look
        elif look.when - last.when >= STEP * 0.9 or look.when < last.when:
            self.history.put(last.when, look.when, points(last.reading, look.reading))
            self.busy.put(last.when, look.when, busy(last, look))
            self.whole.put(last.when, look.when, whole(last, look))
            self.backlogs.put(last.when, look.when, backlogs(look))
            self._pointed = look


def pace(cost: float, *, watched: bool) -> float:
    """Seconds until the next look, after one that took ``cost`` seconds of CPU."""
    least, share = (WATCHED, SHARE) if watched else (UNWATCHED, SHARE_UNWATCHED)
    return min(max(least, cost / share), SLOWEST)


def earlier(oldest: Look, look: Look, other: Look | None) -> Look:
    """What ``look`` is compared with: the oldest that is kept; where it is the first itself, ``other``."""
    return oldest if oldest is not look else other or first(look)


def first(look: Look) -> Look:
    """What the first look is compared with: as if the run had begun with its oldest process."""
    ages = [look.when - member.since for member in look.members if member.kind == "service"]
    age = max([1.0, *ages])
    return Look(look.when - age, Reading(look.reading.at - age, {}))


def points(before: Reading, now: Reading) -> dict[str, Values]:
    """What each work did between two looks, and all of them together; those that did nothing are left out."""
    changed = {name: tally for name, tally in now.works.items() if tally is not before.works.get(name)}
    made = rates(Reading(0.0, {}), before, Reading(now.at, changed, kinds=now.kinds), BOUNDS)
    return {row.work: point(row) for row in made.works} | {TOTAL: point(made.total)}


def point(row: Row) -> Values:
    """A row as :data:`obs.host.live.history.FIELDS`."""
    return (row.rate, row.errors, row.p50, row.p99, *(row.spent.get(name, 0.0) for name in CLOCKS))


CLOCKS = ("cpu", "held", "delay", "wait")


def busy(before: Look, now: Look) -> Mapping[str, Values]:
    """The busy share of each process's loop between two looks."""
    earlier = {(member.pid, member.since): member for member in before.members}
    found: dict[str, Values] = {}
    for member in now.members:
        was = earlier.get((member.pid, member.since))
        ran = member.busy - (was.busy if was else 0.0)
        slept = member.idle - (was.idle if was else 0.0)
        if member.watched and ran + slept > 0:
            found[str(member.pid)] = (ran / (ran + slept),)
    return found


def whole(before: Look, now: Look) -> Mapping[str, Values]:
    found = pulse(before.reading, now.reading)
    return {TOTAL: (found.busy, found.late, found.cores)}


def backlogs(now: Look) -> Mapping[str, Values]:
    return {f"{system}/{name}": (queue.backlog,) for (system, name), queue in now.reading.jobs.queues.items()}
