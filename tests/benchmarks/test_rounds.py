"""Interleaving."""

from random import Random

from benchmarks.harness.rounds import interleave, schedule


def test_every_round_measures_every_subject_once():
    order = schedule(["a", "b", "c"], 5, Random(1))
    assert [sorted(order[i : i + 3]) for i in range(0, 15, 3)] == [["a", "b", "c"]] * 5


def test_the_order_differs_from_round_to_round():
    order = schedule(["a", "b", "c"], 20, Random(1))
    assert len({tuple(order[i : i + 3]) for i in range(0, 60, 3)}) > 1


def test_the_first_round_warms_up_and_is_thrown_away():
    clock = iter(range(100))
    measured = interleave(["a", "b"], 3, lambda _: next(clock), random=Random(1))
    assert {len(values) for values in measured.values()} == {3}
    assert sorted(value for values in measured.values() for value in values) == [2, 3, 4, 5, 6, 7]


def test_progress_sees_every_step():
    seen = []

    def track(steps, doing):
        seen.append((len(steps), doing))
        return steps

    interleave(["a", "b"], 3, len, random=Random(1), track=track)
    assert seen == [(8, "3 rounds of 2")]
