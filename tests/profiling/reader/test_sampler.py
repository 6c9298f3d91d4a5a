"""Sessions of a process that knows nothing of obs: what it computes, and what it waits for."""

from __future__ import annotations

from contextlib import closing

import pytest

from obs.profiling.reader import Reader, Sampler, Waits
from obs.profiling.session import Session


def seconds_in(session: Session, function: str) -> float:
    named = {at for at, frame in enumerate(session.frames) if frame.function == function}
    return sum(sample.weight for sample in session.samples if named & set(sample.stack))


def test_what_computes_is_in_the_cpu_view(start):
    pid, _ = start("busy", "2", "2")
    with closing(Reader(pid)) as reader:
        sampler = Sampler(reader, 200)
        sampler.run(1.0)
        session = sampler.session()
    taken = sum(sample.looks for sample in session.samples)
    assert 0 < taken <= sampler.looks <= 201  # one at the start, and one at the end of each period
    assert (session.source, session.rates) == ("reader", {"cpu": 200.0})
    assert seconds_in(session, "work") == pytest.approx(taken / 200)
    assert seconds_in(session, "leaf") + seconds_in(session, "other") > 0.5 * taken / 200
    assert seconds_in(session, "sleeps") == 0.0


def test_it_ends_with_the_process(start):
    pid, _ = start("busy", "2", "0")
    with closing(Reader(pid)) as reader:
        sampler = Sampler(reader, 100)
        sampler.run(60.0, stop=lambda: sampler.looks >= 3)
        assert sampler.looks == 3


def test_what_waits_is_in_the_wait_view_with_what_it_waits_for(start):
    pytest.importorskip("gevent")
    pid, _ = start("parked", "20")
    with closing(Reader(pid)) as reader:
        waits = Waits(reader)
        waits.look()
        waits.look()
        session = waits.session(2.0)
    assert seconds_in(session, "sleeper") == pytest.approx(4.0)  # two of them, for two seconds
    assert seconds_in(session, "level") == pytest.approx(2 * 22)
    assert {sample.on for sample in session.samples if sample.greenlet == "sleeper"} == {"sleep"}
    assert {sample.view for sample in session.samples} == {"wait"}
