"""Looks at one broker from time to time, on a thread of its own: one that hangs holds up nobody else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from time import monotonic
from typing import NamedTuple
from urllib.parse import urlsplit

from obs.errors import log
from obs.host.brokers.readers import Reader, Which
from obs.host.brokers.standing import Standing
from obs.jobs.brokers import Broker

SHARE = 0.1
"""Of the time, that a broker is at most asked: a slow one is asked less often."""

SHORTEST = 0.2
"""Seconds between two looks, whatever was asked for."""

LATE = 6.0
"""Seconds after which a look that should have ended counts as failed: names that take for ever to be resolved, an
answer that comes byte by byte."""


class Told(NamedTuple):
    """What a look has found."""

    due: float
    """When the next is to begin, by a clock that never goes back."""
    queues: Mapping[Which, Standing | Exception]
    """An error for a queue that can't be read."""
    began: float
    """When it began, by the same clock."""


class Watch:
    """One broker: all queues at one address."""

    def __init__(self, make: type[Reader], address: str, every: float, clock: Callable[[], float] = monotonic) -> None:
        """Look with what ``make`` makes of ``address``, ``every`` so many seconds."""
        self._make, self._address, self._every, self._clock = make, address, max(every, SHORTEST), clock
        self._brokers: tuple[Broker, ...] = ()
        self._reader: Reader | None = None
        self._told = Told(clock() + self._every, {}, clock())
        self._failing = ""
        self._over = threading.Event()

    def add(self, broker: Broker) -> None:
        """Look at these queues too, from the next look on."""
        self._brokers = (*self._brokers, broker)

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True, name="obs-broker").start()

    def stop(self) -> None:
        """Look no more; one that is under way may take its time."""
        self._over.set()

    def told(self) -> dict[Which, Standing | Exception | None]:
        """How every queue stands: an error if it can't be read, None if nobody has looked yet. Waits for nothing."""
        told = self._told
        if self._clock() > told.due + LATE:
            overdue = TimeoutError("the broker doesn't answer in time")
            return dict.fromkeys(self._queues(), overdue)
        return {which: told.queues.get(which) for which in self._queues()}

    def ago(self) -> float:
        """Seconds since what is told began to be looked at."""
        return self._clock() - self._told.began

    def _queues(self) -> list[Which]:
        return [(broker.system, queue) for broker in self._brokers for queue in broker.queues]

    def _run(self) -> None:
        pause = 0.0
        while not self._over.wait(pause):
            began = self._clock()
            found = self.look()
            ended = self._clock()
            pause = self._every if self._failing else max(self._every, (ended - began) / SHARE)
            self._told = Told(ended + pause, found, began)

    def look(self) -> dict[Which, Standing | Exception]:
        """Look now. Never raises; says it in one line when it begins to fail, and when it works again."""
        try:
            if self._reader is None:
                self._reader = self._make(self._address)
            found = self._reader.read(self._brokers)
        except Exception as error:  # the broker's client raises what it likes
            found = dict.fromkeys(self._queues(), error)
        self._say(next((error for error in found.values() if isinstance(error, Exception)), None))
        return found

    def _say(self, error: Exception | None) -> None:
        was, self._failing = self._failing, "" if error is None else type(error).__name__
        if error is not None and not was:
            why = f"{self._failing}: {error}"[:200]
            log.warning("obs: queues at %s can't be read: %s (said once)", public(self._address), why)
        elif error is None and was:
            log.warning("obs: queues at %s can be read again", public(self._address))


def public(address: str) -> str:
    """``address`` without a user name or a password in it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.scheme else address
