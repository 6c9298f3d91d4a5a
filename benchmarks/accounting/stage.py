"""Where scenes are played: opens works under obs, keeps what each told, and has the steps that they are made of."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from time import perf_counter_ns, thread_time_ns
from typing import Any

import gevent
import gevent.event
import gevent.socket
from gevent import monkey

import obs
from benchmarks.accounting.sender import NS
from benchmarks.accounting.telling import Strand, Told
from obs.work import Work

MS = 1_000_000
original_sleep = monkey.get_original("time", "sleep")


@dataclass(slots=True)
class Stage:
    """``seconds`` is how long a scene goes on; ``sender`` is where :mod:`~benchmarks.accounting.sender` listens."""

    seconds: float
    sender: tuple[str, int] | str
    random: Random = field(default_factory=lambda: Random(3))
    played: list[tuple[Told, Work]] = field(default_factory=list)
    until: int = 0
    hubs_cpu: float = 0.0
    """Seconds of CPU that other threads with a hub used."""

    def play(self, *acts: Callable[[], object], many: int = 1) -> None:
        """Each of ``acts`` again and again, in ``many`` greenlets each, until the time is over."""
        self.until = perf_counter_ns() + int(self.seconds * 1e9)
        gevent.joinall([gevent.spawn(self._again, act) for act in acts for _ in range(many)], raise_error=True)

    def _again(self, act: Callable[[], object]) -> None:
        gevent.sleep(self.random.uniform(0.0, 0.05))
        while perf_counter_ns() < self.until:
            act()

    @contextmanager
    def work(self, name: str) -> Iterator[tuple[Told, Strand]]:
        """A Work, and this greenlet's part of it."""
        told = Told(name)
        with obs.work("job", name) as work:
            self.played.append((told, work))
            told.opened = perf_counter_ns()
            with told.strand() as strand:
                yield told, strand
            told.closed = perf_counter_ns()

    def between(self, low: float, high: float) -> float:
        """Milliseconds, as seconds."""
        return self.random.uniform(low, high) / 1000


class Signal:
    """An event that knows when it was set."""

    def __init__(self) -> None:
        self.event = gevent.event.Event()
        self.at = 0

    def set(self) -> None:
        self.at = perf_counter_ns()
        self.event.set()


def sleep(strand: Strand, seconds: float) -> None:
    parked = strand.leave()
    gevent.sleep(seconds)
    strand.back(parked, parked + int(seconds * 1e9))


def wait(strand: Strand, signal: Signal) -> None:
    parked = strand.leave()
    signal.event.wait()
    strand.back(parked, signal.at)


def give_way(strand: Strand) -> None:
    """``sleep(0)``: ready at once."""
    parked = strand.leave()
    gevent.sleep(0)
    strand.back(parked, parked)


def receive(strand: Strand, connection: Any, seconds: float) -> None:
    """Ask the sender for data in so many seconds, and wait for it."""
    connection.sendall(NS.pack(int(seconds * 1e9)))
    parked = strand.leave()
    sent = connection.recv(NS.size)
    strand.back(parked, NS.unpack(sent)[0])


def burn(seconds: float) -> None:
    """Use that much CPU."""
    until = thread_time_ns() + int(seconds * 1e9)
    while thread_time_ns() < until:
        pass


def hold(seconds: float) -> None:
    """Hold the loop for that long, without using CPU."""
    original_sleep(seconds)


def connect(sender: tuple[str, int] | str) -> Any:
    """gevent's socket to the sender, over TCP or a Unix socket."""
    cooperative: Any = gevent.socket
    if isinstance(sender, tuple):
        return cooperative.create_connection(sender)
    connection = cooperative.socket(socket.AF_UNIX)
    connection.connect(sender)
    return connection
