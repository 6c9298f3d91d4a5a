"""The arithmetic of the in-process comparison, on made-up rounds."""

import pytest

from benchmarks import in_process
from benchmarks.in_process import Cost
from benchmarks.stacks import STACKS, select

NAMES = ("bare", "obs-0", "obs-1", "obs-100", "hand", "otel-0", "otel-1", "otel-100", "otel-100-traces")


def rounds(**added):
    """Three rounds that drift: bare costs 50, 100 and 60 µs, and each stack so much more."""
    bare = (50.0, 100.0, 60.0)
    more = {"bare": 0.0} | {name.replace("_", "-"): value for name, value in added.items()}
    return {name: [Cost(b + us, b + us + 1, (9, 1, 0)) for b in bare] for name, us in more.items()}


def test_what_is_added_is_compared_round_by_round():
    assert in_process.added(rounds(hand=8.0), "hand").median == pytest.approx(8.0)


def test_collections_are_per_100_000_requests():
    assert in_process.collected(rounds(), "bare", 300) == pytest.approx(10 / 300 * 100_000)
    assert in_process.collected(rounds(), "bare", 300, 2) == 0


def test_the_budgets_that_hold_and_those_that_do_not():
    measured = rounds(obs_0=5.0, hand=8.0, otel_0=90.0, obs_100=200.0, otel_100=200.0, otel_100_traces=150.0)
    holds = {budget.what: budget.holds for budget in in_process.budgets(measured, 300)}
    assert holds == {
        "unsampled obs adds at most 1/20 of OTel Flask at ratio 0 with metrics": False,
        "unsampled obs adds no more than prometheus_client by hand": True,
        "sampled obs adds no more than OTel Flask, tracing only": False,
        "sampled obs adds no more than OTel Flask with metrics": True,
        "obs-0: garbage collections": True,
    }


def test_obs_may_collect_a_tenth_more_garbage_than_bare():
    measured = rounds(obs_0=5.0)
    measured["obs-0"] = [Cost(55.0, 55.0, (11, 1, 0))] * 3
    [garbage] = in_process.budgets(measured, 300)
    assert (garbage.value, garbage.holds) == (pytest.approx(1.2), False)


def test_a_budget_without_its_peer_is_not_judged():
    assert [b.what for b in in_process.budgets(rounds(hand=8.0), 300)] == []


def test_every_limit_and_every_row_names_a_stack():
    names = {stack.name for stack in STACKS}
    assert {limit.ours for limit in in_process.LIMITS} | {limit.peer for limit in in_process.LIMITS} <= names
    table = in_process.table(select(["hand", "obs-0"]), rounds(obs_0=4.0, hand=8.0), 300)
    assert [(row["stack"], row.get("of_obs")) for row in table.rows] == [("bare", None), ("obs-0", 1.0), ("hand", 2.0)]
