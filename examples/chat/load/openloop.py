"""The open loop: each request is sent when it is due, however long the others take.

Users don't wait for each other, so a server that is stuck for a second delays all who come in that second. A closed
loop, which sends the next request after the answer, would send none of them and see one slow answer ("coordinated
omission": Gil Tene, How NOT to Measure Latency). So time counts from when a request was due, not from when it was sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPException
from random import Random
from typing import Any

import gevent

from .mix import Request
from .tally import Tally


def arrivals(rps: float, duration: float, chance: Random) -> Iterator[float]:
    """When requests are due, in seconds from the start: a Poisson process, whose gaps are exponential."""
    due = chance.expovariate(rps)
    while due < duration:
        yield due
        due += chance.expovariate(rps)


class OpenLoop:
    """Sends what is due through ``send(request) -> status`` and counts what comes of it in ``tally``.

    At most ``limit`` requests are in flight; one that is due beyond them is dropped and counted. The clock, the sleep
    and the spawn are parameters so that tests need neither time nor greenlets.
    """

    def __init__(
        self,
        send: Callable[[Request], int],
        tally: Tally,
        limit: int = 200,
        *,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Any] = gevent.sleep,
        spawn: Callable[..., Any] = gevent.spawn,
    ) -> None:
        self.send, self.tally, self.limit = send, tally, limit
        self.clock, self.sleep, self.spawn = clock, sleep, spawn
        self.in_flight = 0

    def run(self, due: Iterable[float], pick: Callable[[], Request]) -> None:
        """Start everything that is due, and return when the last is started."""
        start = self.clock()
        for offset in due:
            self.sleep(max(start + offset - self.clock(), 0.0))
            self.tally.behind = max(self.tally.behind, self.clock() - start - offset)
            self._start(pick(), start + offset)

    def finish(self, grace: float) -> None:
        """Wait until every answer is there, at most ``grace`` seconds."""
        end = self.clock() + grace
        while self.in_flight and self.clock() < end:
            self.sleep(0.01)
        self.tally.unfinished = self.in_flight

    def _start(self, request: Request, due: float) -> None:
        if self.in_flight >= self.limit:
            self.tally.dropped += 1
            return
        self.in_flight += 1
        self.tally.sent += 1
        self.spawn(self._exchange, request, due)

    def _exchange(self, request: Request, due: float) -> None:
        try:
            status = str(self.send(request))
        except (OSError, HTTPException) as error:
            status = type(error).__name__
        finally:
            self.in_flight -= 1
        self.tally.count(request.route, status, None if request.listens else self.clock() - due)
