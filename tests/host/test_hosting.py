"""A host that dies is started again: at once, then ever later; never while finishing."""

from __future__ import annotations

import os
import signal

import pytest

from obs.host.hosting import HOPELESS, LONGEST_DELAY, SETTLED, Hosting

KILLED = signal.SIGKILL  # a wait status is the signal's number
HOPELESSLY = HOPELESS << 8


class World:
    """A clock, and what would start."""

    def __init__(self) -> None:
        self.now = 100.0
        self.starts: list[int] = []
        self.said: list[str] = []
        self.error: OSError | None = None
        self.hosting = Hosting(self.start, self.said.append, clock=lambda: self.now)

    def start(self, restarts: int) -> int:
        if self.error:
            raise self.error
        self.starts.append(restarts)
        return 4711

    def die(self, status: int = KILLED, after: float = 0.0) -> float | None:
        self.now += after
        self.hosting.ended(status)
        return self.hosting.wait()

    def tend(self) -> None:
        self.now += self.hosting.wait() or 0.0
        self.hosting.tend()


@pytest.fixture
def world() -> World:
    return World()


def test_the_first_is_due_at_once_and_then_nothing_is(world):
    assert world.hosting.wait() == 0.0
    world.tend()
    assert world.hosting.pid == 4711
    assert world.hosting.wait() is None
    world.hosting.tend()
    assert world.starts == [0]


def test_it_is_told_how_many_there_were_before_it(world):
    for _ in range(3):
        world.tend()
        world.die()
    assert world.starts == [0, 1, 2]


def test_starts_at_once_then_ever_later_up_to_a_limit(world):
    delays = []
    for _ in range(10):
        world.tend()
        delays.append(world.die())
    assert delays[:3] == pytest.approx([0.0, 0.1, 0.2])
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_DELAY


def test_after_a_good_life_the_next_is_started_at_once(world):
    for _ in range(10):
        world.tend()
        world.die()
    world.tend()
    assert world.die(after=SETTLED) == 0.0


def test_each_death_is_said_until_the_delay_is_at_its_limit(world):
    for _ in range(30):
        world.tend()
        world.die()
    assert "died (killed by SIGKILL)" in world.said[0]
    assert len(world.said) < 10


def test_a_hopeless_host_is_not_started_again(world):
    world.tend()
    assert world.die(HOPELESSLY) is None
    world.hosting.tend()
    assert world.starts == [0]
    assert world.hosting.pid is None


def test_a_host_that_cannot_be_started_is_tried_again(world):
    world.error = OSError(11, "Resource temporarily unavailable")
    world.tend()
    assert len(world.said) == 1
    assert "can't start: Resource temporarily unavailable" in world.said[0]
    world.error = None
    world.tend()
    assert world.hosting.pid == 4711


def test_finishing_sends_the_signal_and_starts_no_more(world, monkeypatch):
    killed = []
    monkeypatch.setattr(os, "kill", lambda *arguments: killed.append(arguments))
    world.tend()
    world.hosting.finish(signal.SIGTERM)
    assert killed == [(4711, signal.SIGTERM)]
    assert world.die() is None
    assert world.hosting.pid is None
    world.hosting.finish(signal.SIGKILL)
    assert len(killed) == 1
    assert world.said == []
