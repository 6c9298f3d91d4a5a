"""Where seconds are counted: one entry for each kind and name of work, and for each name of no work.

An entry keeps sums, and the tick brings the metric up to date. Sums may be corrected down before (what ran is taken
for CPU until the thread's CPU time is read); the metric never goes down.
"""

from __future__ import annotations

from obs import native
from obs.metrics import active
from obs.metrics.catalog import OBS_WORK_SECONDS
from obs.metrics.handles import Counter
from obs.runtime.accounting.account import NOTHING, Account, Used
from obs.work import Work

LOOP = "(loop)"
"""The hub's own time: its callbacks and dispatch, not the poll."""
IDLE = "(idle)"
"""The poll."""
THREADS = "(threads)"
"""CPU of the process outside of the threads that are accounted."""
UNATTRIBUTED = "(unattributed)"
"""What greenlets without a Work did."""

AFTER = "(after) "
"""Before the name of a Work: what its children did after it was closed."""
ELSEWHERE = "(threads) "
"""Before the name of a Work: what its children did in hubs of other threads."""

STATES = ("cpu", "held", "delay", "wait")


class Entry:
    """One name. ``done`` has the sums of all that is not open any more, and of the open what was moved there."""

    __slots__ = ("counted", "counters", "done", "feature", "kind", "name", "wait")

    def __init__(self, kind: str, name: str, feature: str) -> None:
        self.kind = kind
        self.name = name
        self.feature = feature
        self.counters: tuple[Counter, ...] = ()
        self.restart()

    def restart(self) -> None:
        """Begin at zero, as a forked child does."""
        self.done = Account(None, self)
        self.wait = 0.0
        self.counted = NOTHING

    @property
    def used(self) -> Used:
        done = self.done
        return Used(done.run - done.held, done.held, done.delay, self.wait)

    def add(self, used: Used) -> None:
        done = self.done
        done.run += used.cpu + used.held
        done.held += used.held
        done.delay += used.delay
        self.wait += used.wait

    def count(self) -> None:
        """Bring the metric up to date, unless another thread is at it: then next time."""
        used = self.used
        if used == self.counted or not take_turn():
            return
        try:
            counted = Used(*map(max, used, self.counted))
            self.bind()
            for counter, now, before in zip(self.counters, counted, self.counted, strict=True):
                counter.add(now - before)
            self.counted = counted
        finally:
            end_turn()

    def bind(self) -> None:
        """Make its series, if they aren't there."""
        if not self.counters:
            labels = (self.kind, self.name, self.feature)
            self.counters = tuple(active.store().counter(OBS_WORK_SECONDS, *labels, state) for state in STATES)


entries: dict[tuple[str, str, str], Entry] = {}
_turn = native.allocate_lock()


def take_turn() -> bool:
    """Whether this thread may move seconds from one place to the next now, until :func:`end_turn`. Never waits."""
    taken: bool = _turn.acquire(blocking=False)
    return taken


def end_turn() -> None:
    _turn.release()


def restart() -> None:
    """Begin at zero in a forked child, where a thread that is gone may have had its turn."""
    global _turn
    _turn = native.allocate_lock()
    for entry in list(entries.values()):
        entry.restart()


def entry_of(kind: str, name: str, feature: str) -> Entry:
    """The entry of that name, made at the first call. 0.2 µs: keep it."""
    found = entries.get((kind, name, feature))
    if found is None:
        found = entries.setdefault((kind, name, feature), Entry(kind, name, feature))
    return found


def entry_for(work: Work) -> Entry:
    """The entry that ``work`` is counted in."""
    return entry_of(work.kind, work.name, work.feature)


def related(prefix: str, entry: Entry) -> Entry:
    """The entry of what belongs to that one's works, and is counted apart."""
    return entry_of(entry.kind, prefix + entry.name, entry.feature)
