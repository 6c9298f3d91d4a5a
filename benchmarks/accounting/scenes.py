"""The scenes: small services whose works wait, are delayed and hold the loop, each time by amounts that they know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter_ns

import gevent
import gevent.lock

from benchmarks.accounting.stage import Signal, Stage, burn, connect, give_way, hold, receive, sleep, wait
from benchmarks.accounting.telling import Told

CULPRIT, VICTIM = "culprit", "victim"


@dataclass(frozen=True, slots=True)
class Scene:
    name: str
    title: str
    play: Callable[[Stage], None]
    unix: bool = False
    """Whether the sender is reached by a Unix socket, for which the kernel keeps no times."""


def _sleeper(stage: Stage) -> Callable[[], None]:
    def act() -> None:
        with stage.work(VICTIM) as (_, strand):
            for _ in range(3):
                sleep(strand, stage.between(5, 60))

    return act


def _receiver(stage: Stage) -> Callable[[], None]:
    """Each act has a connection of its own, as clients of databases have pools."""
    connections = [connect(stage.sender) for _ in range(16)]

    def act() -> None:
        connection = connections.pop()
        with stage.work(VICTIM) as (_, strand):
            for _ in range(3):
                receive(strand, connection, stage.between(5, 60))
        connections.append(connection)

    return act


def _culprit(stage: Stage, block: Callable[[float], None], low: float, high: float) -> Callable[[], None]:
    def act() -> None:
        with stage.work(CULPRIT) as (_, strand):
            block(stage.between(low, high))
            sleep(strand, stage.between(40, 120))

    return act


def sleeps(stage: Stage) -> None:
    stage.play(*[_sleeper(stage)] * 10)


def events(stage: Stage) -> None:
    def act() -> None:
        signal = Signal()
        with stage.work(VICTIM) as (_, strand):
            gevent.spawn_later(stage.between(5, 60), signal.set)
            wait(strand, signal)

    stage.play(act, many=10)


def sockets(stage: Stage) -> None:
    stage.play(*[_receiver(stage)] * 10)


def blocked_sleeps(stage: Stage) -> None:
    stage.play(*[_sleeper(stage)] * 10, _culprit(stage, burn, 40, 150))


def blocked_sockets(stage: Stage) -> None:
    stage.play(*[_receiver(stage)] * 10, _culprit(stage, burn, 40, 150))


def blocked_events(stage: Stage) -> None:
    """The culprit sets the event in the middle of its block."""
    waiting: list[Signal] = []

    def victim() -> None:
        signal = Signal()
        with stage.work(VICTIM) as (_, strand):
            waiting.append(signal)
            wait(strand, signal)

    def call() -> None:
        while waiting:
            waiting.pop().set()

    def culprit() -> None:
        with stage.work(CULPRIT) as (_, strand):
            burn(stage.between(20, 80))
            call()
            burn(stage.between(20, 80))
            sleep(strand, stage.between(40, 120))

    def last() -> None:
        gevent.sleep(0.05)
        if perf_counter_ns() >= stage.until:
            call()  # nobody waits for good

    stage.play(*[victim] * 10, culprit, last)


def held(stage: Stage) -> None:
    """A call that blocks without using CPU, and its victims."""
    stage.play(*[_sleeper(stage)] * 5, *[_receiver(stage)] * 5, _culprit(stage, hold, 20, 150))


def slices(stage: Stage) -> None:
    """200 slices of 10 ms in a row, none of them long."""

    def culprit() -> None:
        with stage.work(CULPRIT) as (_, strand):
            for _ in range(200):
                burn(0.010)
                give_way(strand)
            sleep(strand, 0.2)

    stage.play(*[_sleeper(stage)] * 3, *[_receiver(stage)] * 3, culprit)


def two_culprits(stage: Stage) -> None:
    """One burns twice as much as the other, next to each other."""

    def culprit(name: str, seconds: float) -> Callable[[], None]:
        def act() -> None:
            with stage.work(f"{CULPRIT}.{name}") as (_, strand):
                burn(seconds)
                sleep(strand, stage.between(100, 140))

        return act

    stage.play(*[_sleeper(stage)] * 10, culprit("great", 0.06), culprit("small", 0.03))


def locks(stage: Stage) -> None:
    """Whoever has the lock sleeps and burns; the others wait for it."""
    lock = gevent.lock.RLock()
    released = [0]

    def act() -> None:
        with stage.work(VICTIM) as (_, strand):
            parked = strand.leave()
            asked = perf_counter_ns()
            with lock:
                strand.back(parked, max(asked, released[0]))
                sleep(strand, stage.between(2, 10))
                burn(stage.between(1, 30))
                released[0] = perf_counter_ns()
            give_way(strand)

    stage.play(act, many=6)


def fan_out(stage: Stage) -> None:
    """10 children that sleep 50 ms and burn 10 each: 50 ms of wait and 100 of CPU, whatever they add up to."""

    def child(told: Told, spawned: int) -> None:
        with told.strand(spawned) as strand:
            sleep(strand, 0.05)
            burn(0.01)

    def act() -> None:
        with stage.work("fan-out") as (told, strand):
            children = [gevent.spawn(child, told, perf_counter_ns()) for _ in range(10)]
            parked = strand.leave()
            gevent.joinall(children)
            strand.back(parked, max(each.runs[-1].ended for each in told.strands))
            sleep(strand, 0.02)

    stage.play(act, many=2)


SCENES: Mapping[str, Scene] = {
    scene.name: scene
    for scene in (
        Scene("sleeps", "sleeps", sleeps),
        Scene("events", "events", events),
        Scene("sockets", "data from another process", sockets),
        Scene("blocked-sleeps", "sleeps, and a work that burns", blocked_sleeps),
        Scene("blocked-events", "events set in the middle of a block", blocked_events),
        Scene("blocked-sockets", "data in the middle of a block", blocked_sockets),
        Scene("blocked-unix", "the same by a Unix socket", blocked_sockets, unix=True),
        Scene("held", "a blocking call without CPU", held),
        Scene("slices", "200 slices of 10 ms in a row", slices),
        Scene("two-culprits", "two works that burn, 2 to 1", two_culprits),
        Scene("locks", "a lock", locks),
        Scene("fan-out", "a fan-out of 10", fan_out),
    )
}
