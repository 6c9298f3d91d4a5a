"""Every broker of a run: found as it is told of, looked at from then on, and told as metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from time import time

from obs.errors import log
from obs.host.brokers.announcements import Announcements
from obs.host.brokers.readers import READERS, Reader, Which
from obs.host.brokers.standing import Head, Standing
from obs.host.brokers.watch import Watch
from obs.jobs.brokers import Broker
from obs.metrics import catalog
from obs.metrics.metric import Metric
from obs.metrics.store import Store

MOST = 32
"""Addresses that are looked at, each by a thread; of those that come later nothing is told."""

UNKNOWN = float("nan")
"""A gauge of which there is no series."""


class Brokers:
    """Those of one run. Not for several threads at once."""

    def __init__(self, folder: Path, store: Store, every: float, clock: Callable[[], float] = time) -> None:
        """Look ``every`` so many seconds; ``clock`` gives Unix seconds, as those who send jobs have them."""
        self._announcements = Announcements(folder)
        self._store, self._every, self._clock = store, every, clock
        self._watches: dict[tuple[type[Reader], str], Watch] = {}
        self._seen: dict[Which, dict[bytes, float]] = {}
        """When each that stands first was first seen there."""
        self._empty: dict[Which, float] = {}
        """When a queue was last seen empty."""

    def tick(self) -> None:
        """What is done every second: see who is new, and tell how the queues stand by now. Waits for no broker.

        Raises OSError if the run folder is gone.
        """
        for broker in self._announcements.new():
            self._add(broker)
        found: dict[Which, list[Standing | Exception | None]] = {}
        began: dict[Which, float] = {}
        for watch in self._watches.values():
            looked = self._clock() - watch.ago()
            for which, told in watch.told().items():
                found.setdefault(which, []).append(told)
                began[which] = min(looked, began.get(which, looked))
        for which, told_of in found.items():
            if all(isinstance(each, Standing) and not each.backlog for each in told_of):
                self._empty[which] = began[which]
            self._tell(which, told_of)

    def stop(self) -> None:
        for watch in self._watches.values():
            watch.stop()

    def _add(self, broker: Broker) -> None:
        make = READERS.get((broker.system, broker.kind))
        if make is None:
            return
        key = (make, broker.address)
        if key not in self._watches:
            if len(self._watches) >= MOST:
                log.warning("obs: more than %d brokers: the queues of the others have no backlog in the metrics", MOST)
                return
            self._watches[key] = Watch(make, broker.address, self._every)
            self._watches[key].add(broker)
            self._watches[key].start()
        else:
            self._watches[key].add(broker)

    def _tell(self, which: Which, told: Iterable[Standing | Exception | None]) -> None:
        """Of one queue; where several brokers have one of this name, of all of them together."""
        known = [each for each in told if each is not None]
        standings = [each for each in known if isinstance(each, Standing)]
        if not known:
            return
        up = len(standings) == len(known)
        self._gauge(catalog.OBS_JOB_BROKER_UP, which, float(up))
        self._gauge(catalog.OBS_JOB_BACKLOG, which, float(sum(each.backlog for each in standings)) if up else UNKNOWN)
        self._gauge(catalog.OBS_JOB_OLDEST_AGE, which, self._age(which, standings) if up else UNKNOWN)

    def _age(self, which: Which, standings: Iterable[Standing]) -> float:
        """Of the oldest, by now; 0 if there is none, or it isn't due.

        The clock of who sent it may be wrong: it stands there since it was first seen at the latest, and not since
        before the queue was empty.
        """
        now, empty = self._clock(), self._empty.get(which, 0.0)
        heads = [each.head for each in standings if each.head is not None]
        seen = self._seen.get(which, {})
        self._seen[which] = {head.mark: seen.get(head.mark, now) for head in heads}
        begun = [line_since(head, self._seen[which][head.mark], empty) for head in heads]
        return max((now - since for since in begun if since < now), default=0.0)

    def _gauge(self, metric: Metric, which: Which, value: float) -> None:
        self._store.gauge(metric, *which).set(value)


def line_since(head: Head, seen: float, empty: float) -> float:
    """Since when it stands in line: it was ``seen`` there, and not yet when the queue was ``empty``, Unix seconds."""
    said = seen if head.since is None else head.due if head.sent is None else head.sent
    since = min(max(said or 0.0, empty), seen)
    return since if head.due is None else max(since, head.due)
