"""The arithmetic of each part, on made-up rounds."""

import pytest

from benchmarks.accounting import accuracy, attribution, parked, saturation, switches
from benchmarks.accounting.exposed import Exposed
from benchmarks.accounting.mixes import MIXES
from benchmarks.accounting.played import Judged, Played
from benchmarks.accounting.saturation import Round
from benchmarks.accounting.tracers import NO_OP, NONE, OURS, TRACERS
from benchmarks.accounting.truth import Clocks
from benchmarks.lateness import Lateness


def played(works=(), interference=(), hub=1.0, process=1.0, **metrics):
    series = {f"obs_work_seconds_total{{{labels}}}": value for labels, value in metrics.pop("seconds", {}).items()}
    return Played(tuple(works), dict(interference), Exposed(series | metrics), hub, process)


def judged(truth, obs, name="victim"):
    return Judged(name, Clocks(*truth), Clocks(*obs))


@pytest.mark.parametrize(("ours", "holds"), [(345.0, True), (355.0, False)])
def test_a_tracer_is_judged_by_what_it_adds_against_the_no_op_round_by_round(ours, holds):
    drift = (0.0, 40.0, 80.0)
    rounds = {
        (setting, name): [100.0 + added + more for more in drift]
        for setting in switches.SETTINGS
        for name, added in ((NONE, 0.0), (NO_OP, 100.0), (OURS, ours))
    }
    budgets = switches.budgets(rounds)
    assert [budget.value for budget in budgets] == [pytest.approx(ours / 100)] * len(budgets)
    assert {budget.holds for budget in budgets} == {holds}
    rows = switches.table("between", [t for t in TRACERS if t.name in (NONE, NO_OP, OURS)], rounds).rows
    assert [row.get("added_ns") for row in rows] == [None, 100.0, ours]


def test_delay_is_judged_on_works_delayed_by_20_ms_and_more():
    works = [judged((0, 0, 0.010, 1), (0, 0, 9, 1)), judged((0, 0, 0.2, 1), (0, 0, 0.21, 1.1))]
    assert accuracy.error(works, "delay") == (pytest.approx(0.2), pytest.approx(0.05))
    assert accuracy.error(works, "wait") == (2.0, pytest.approx(0.05))


def test_what_hardly_happened_is_not_judged():
    assert accuracy.error([judged((0, 0.05, 0, 0), (0, 0.01, 0, 0))], "held") == (0.05, None)
    assert list(accuracy.budgets({"sleeps": [played()]})) == []


def test_each_state_has_its_limit():
    work = judged((0, 1, 1, 1), (0, 1.08, 1.08, 1.08))
    found = {b.what.partition(",")[0]: b.holds for b in accuracy.budgets({"sleeps": [played([work])]})}
    assert found == {"wait": False, "delay": False, "held": True}


def test_where_the_kernel_keeps_no_times_obs_must_say_that_it_estimates():
    work = judged((0, 0, 1, 1), (0, 0, 0.5, 1.5))
    series = {"obs_delay_estimated_seconds_total{}": 0.48}
    one = played([work], seconds={'work="victim",state="delay"': 0.5}, **series)
    assert not any(budget.holds for budget in accuracy.budgets({"blocked-sockets": [one]}))
    (told,) = accuracy.budgets({"blocked-unix": [one]})
    assert (told.value, told.holds) == (pytest.approx(96.0), True)


def test_the_pairs_that_truly_cost_something_are_shown_with_what_obs_charged():
    charged = {'obs_interference_seconds_total{culprit="culprit",victim="victim"}': 1.1}
    truth = {("culprit", "victim"): 1.0, ("victim", "victim"): 0.01}
    (row,) = accuracy.interference("sleeps", {"sleeps": [played((), truth, **charged)]})
    assert (row["culprit"], row["true_s"], row["obs_s"]) == ("culprit", 1.0, 1.1)
    assert row["off"] == pytest.approx(10.0)


def test_cpu_of_other_threads_is_the_process_but_not_the_hubs():
    one = played(
        seconds={
            'work="a",state="cpu"': 0.9,
            'work="a",state="wait"': 7.0,
            'work="(after) a",state="cpu"': 0.05,
            'work="(loop)",state="cpu"': 0.04,
            'work="(threads)",state="cpu"': 1.0,
        },
        hub=1.0,
        process=2.0,
    )
    rounds = {name: [one] for name in MIXES}
    row = next(iter(attribution.rows(rounds)))
    assert row["hub_off"] == pytest.approx(-1.0)
    assert row["works"] == pytest.approx(95.0)
    assert row["process_off"] == pytest.approx(-0.5)
    assert all(budget.holds for budget in attribution.budgets(rounds))


def test_saturation_is_told_if_the_metrics_add_up_to_what_clients_waited():
    metrics = Exposed(
        {
            "http_server_request_duration_seconds_sum{}": 1.0,
            "obs_request_queue_seconds_sum{}": 8.5,
            'obs_request_queue_seconds_bucket{le="1.0"}': 5.0,
            'obs_request_queue_seconds_bucket{le="+Inf"}': 10.0,
            'obs_interference_seconds_total{culprit="GET /a",victim="GET /b"}': 5.0,
        }
    )
    each = Round([1.0] * 10, metrics)
    told, named = saturation.budgets([each])
    assert (told.value, told.holds) == (pytest.approx(0.95), True)
    assert (named.value, named.holds) == (pytest.approx(0.5), False)
    clients, _, queue, loop = saturation.rows([each])
    assert (clients["p50"], clients["total_s"]) == (1000.0, 10.0)
    assert (queue["p50"], queue["share"]) == (1000.0, 85.0)
    assert loop["p50"] is None
    assert [row["culprit"] for row in saturation.pairs([each])] == ["GET /a"]


@pytest.mark.parametrize(("added", "holds"), [(0.9, True), (1.1, False)])
def test_what_obs_adds_to_the_longest_lateness_is_judged_round_by_round(added, holds):
    bare = [Lateness(0.1, 0.2, longest) for longest in (1.0, 9.0, 2.0)]
    ours = [Lateness(0.1, 0.3, each.longest + added) for each in bare]
    p99, longest = parked.budgets({parked.BARE: bare, parked.OBS: ours})
    assert (p99.value, p99.holds) == (pytest.approx(0.1), True)
    assert (longest.value, longest.holds) == (pytest.approx(added), holds)
