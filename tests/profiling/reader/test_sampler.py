"""Sessions of a process that knows nothing of obs: what it computes, and what it waits for."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from time import sleep

import pytest

from obs.profiling.reader import Reader, Running, Sampler, Waits
from obs.profiling.reader.kernel import Clock
from obs.profiling.reader.reader import Look
from obs.profiling.session import Frame, Session


def seconds_in(session: Session, function: str) -> float:
    named = {at for at, frame in enumerate(session.frames) if frame.function == function}
    return sum(sample.weight for sample in session.samples if named & set(sample.stack))


def look_until(sampler: Sampler, done: Callable[[], bool]) -> None:
    """At most for half a minute."""
    for _ in range(6000):
        if done():
            return
        sampler.look()
        sleep(0.005)


def test_what_computes_is_in_the_cpu_view_with_the_seconds_that_the_kernel_counted(start):
    pid, _ = start("busy", "2", "2")
    with closing(Reader(pid)) as reader:
        sampler = Sampler(reader)
        look_until(sampler, lambda: len(sampler._seen) and sampler._seen.total() > 100)
        sampled = sampler.take()
    session = sampled.session(pid, 200)
    assert (session.source, session.rates) == ("reader", {"cpu": 200.0})
    assert sampled.cpu is not None
    assert seconds_in(session, "<module>") == pytest.approx(sampled.cpu)
    assert seconds_in(session, "leaf") + seconds_in(session, "other") > 0.5 * sampled.cpu
    assert seconds_in(session, "sleeps") == 0.0
    assert {sample.thread for sample in session.samples} == {"MainThread"}
    assert sampler.take().seen == ()  # it has begun anew


def test_who_stands_still_outside_of_the_poll_holds_the_loop(start):
    pytest.importorskip("gevent")
    pid, _ = start("holding")
    with closing(Reader(pid)) as reader:
        sampler = Sampler(reader)
        look_until(sampler, lambda: sampler._held.total() > 200)
        sampled = sampler.take()
    session = sampled.session(pid, 200)
    held = [sample for sample in session.samples if sample.view == "held"]
    inside = [sample for sample in held if session.frames_of(sample)[-1].function == "holds"]
    assert sum(sample.looks for sample in inside) > 0.9 * sum(sample.looks for sample in held)
    assert {(sample.on, sample.thread) for sample in inside} == {("sleep", "MainThread")}
    assert sampled.pause is not None
    assert seconds_in(session, "holds") == pytest.approx(sampled.pause * sum(one.looks for one in inside), rel=0.1)
    assert seconds_in(session, "sleeps") == 0.0, "a thread that is no loop just waits"


class Standing:
    """A reader of a process whose first thread sleeps."""

    pid = 7

    def __init__(self, *others, after="S"):
        mine = Running(7, 1, "S", holds_gil=False, stack=(Frame("recv", "/srv/app.py", 3),))
        self.seen, self.states, self.letter, self.name = Look((mine, *others), 0), self, lambda _: after, str

    def look(self, *, idle, also):
        assert (idle, also) == (False, {7})
        return self.seen


def holding(thread):
    return Running(thread, 2, "R", holds_gil=True, stack=())


@pytest.mark.parametrize(
    ("reader", "looks"),
    [
        (Standing(), 2),
        (Standing(after="R"), 0),  # it went on while it was read
        (Standing(holding(8)), 0),  # it may wait for the GIL
    ],
)
def test_who_stands_still_for_certain_counts_until_anything_has_run(reader, looks):
    sampler = Sampler(reader, cpu=Stopped(7))
    sampler.look()
    sampler.look()  # the clock has not gone on: the process is not read again
    assert sum(one.looks for one in sampler.take().seen) == looks


class Stopped(Clock):
    """Of a process that has no CPU, though it wants one."""

    def now(self) -> int | None:
        return 7


@pytest.mark.parametrize(("holds_gil", "computes"), [(False, False), (True, True)])
def test_what_has_no_cpu_computes_only_if_it_was_pushed_off_with_the_gil(start, monkeypatch, holds_gil, computes):
    """Else it has just woken up, and stands in line."""
    pid, _ = start("busy", "2", "0")
    with closing(Reader(pid)) as reader:
        running = Running(pid, 1, "R", holds_gil, (Frame("work", "a.py", 1),))
        monkeypatch.setattr(reader, "look", lambda **_: Look((running,), 0))
        sampler = Sampler(reader, cpu=Stopped(pid))
        sampler.look()
        assert sampler.waiting == (0 if computes else 1)
        assert bool(sampler.take().seen) == computes


def test_a_process_that_does_not_run_is_not_read(start, monkeypatch):
    pid, _ = start("busy", "2", "0")
    with closing(Reader(pid)) as reader:
        sampler = Sampler(reader, cpu=Stopped(pid))
        sampler.look()
        monkeypatch.setattr(reader, "look", lambda **_: pytest.fail("it is read"))
        sampler.look()
        assert sampler.take().looks == 2


def test_where_the_kernel_has_no_clock_of_a_process_a_look_is_a_part_of_a_second(start):
    class Without(Clock):
        def now(self) -> int | None:
            return None

    pid, _ = start("busy", "2", "0")
    with closing(Reader(pid)) as reader:
        sampler = Sampler(reader, cpu=Without(pid))
        look_until(sampler, lambda: sampler._seen.total() >= 10)
        sampled = sampler.take()
    looks = sum(one.looks for one in sampled.seen if one.view == "cpu")
    assert seconds_in(sampled.session(pid, 100), "<module>") == pytest.approx(looks * sampled.seconds / sampled.looks)


def test_the_clock_is_of_what_runs():
    clock = Clock(os.getpid())
    before = clock.now()
    assert before is not None
    assert (clock.now() or 0) > before
    assert Clock(4194999).now() is None


def test_it_ends_with_the_process(start):
    pid, _ = start("busy", "2", "0")
    with closing(Reader(pid)) as reader:
        sampler = Sampler(reader)
        os.kill(pid, 9)
        with pytest.raises((ProcessLookupError, OSError)):
            look_until(sampler, lambda: False)


def test_what_waits_is_in_the_wait_view_with_what_it_waits_for(start):
    pytest.importorskip("gevent")
    pid, _ = start("parked", "20")
    times = iter(range(100))
    with closing(Reader(pid)) as reader:
        waits = Waits(reader, clock=lambda: float(next(times)))
        for _ in range(3):
            waits.look()
        session = waits.session(2.0)
    assert seconds_in(session, "sleeper") == pytest.approx(4.0)  # two of them, for two seconds
    assert seconds_in(session, "level") == pytest.approx(2 * 22)
    assert {sample.on for sample in session.samples if sample.greenlet == "sleeper"} == {"sleep"}
    assert {sample.view for sample in session.samples} == {"wait"}
    assert seconds_in(session, "Hub.run") == seconds_in(session, "run") == 0.0


def test_without_greenlets_it_is_threads_that_wait(start):
    pid, _ = start("busy", "2", "3")
    with closing(Reader(pid)) as reader:
        assert not reader.has_greenlets
        waits = Waits(reader)
        waits.look()
        waits.look()
        session = waits.session(10.0)
    assert seconds_in(session, "sleeps") == pytest.approx(30.0)
    assert seconds_in(session, "work") == 0.0
