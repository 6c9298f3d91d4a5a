"""Who can't be looked at is said once, and tried again ever more rarely."""

from __future__ import annotations

from obs.host.continuous.refusals import LEAST, MOST, Refusals


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_each_reason_is_said_once_however_many_processes_and_times():
    said: list[str] = []
    refusals = Refusals(said.append, Clock())
    for pid in (1, 2, 1):
        refusals.add(pid, "ptrace is not permitted")
    refusals.add(3, "another")
    assert [line.split(":")[0] for line in said] == [
        "no continuous profile of process 1",
        "no continuous profile of process 3",
    ]


def test_it_is_tried_again_ever_more_rarely_until_it_works():
    clock = Clock()
    refusals = Refusals(lambda _: None, clock)
    waits = []
    for _ in range(9):
        refusals.add(1, "no")
        began = clock.now
        while refusals.bars(1):
            clock.now += 1
        waits.append(clock.now - began)
    assert waits[0] == LEAST
    assert waits == sorted(waits)
    assert waits[-1] == MOST
    refusals.lift(1)
    refusals.add(1, "no")
    clock.now += LEAST
    assert not refusals.bars(1)


def test_others_are_not_barred_and_who_is_gone_is_forgotten():
    refusals = Refusals(lambda _: None, Clock())
    refusals.add(1, "no")
    assert not refusals.bars(2)
    refusals.keep({2})
    assert not refusals.bars(1)
