"""What a round of the slowdown is made of, and what is compared with what."""

import pytest

from benchmarks.harness import BenchmarkError
from benchmarks.profiler.slowdown import BASES, COLUMNS, TITLES, Cost, Subject, answered, budget, row
from benchmarks.profiler.watchers import WATCHERS

REPORT = "Running 3s test\n  4512 requests in 3.01s, 1.2MB read\nRequests/sec: 1499.0\n"


def test_a_report_of_wrk_is_requests_and_seconds():
    assert answered(REPORT) == (4512, 3.01)


@pytest.mark.parametrize("report", ["", REPORT.replace("4512", "0"), REPORT + "  Non-2xx or 3xx responses: 3\n"])
def test_a_load_without_good_answers_is_no_measurement(report):
    with pytest.raises(BenchmarkError):
        answered(report)


def costs(*cpu):
    return [Cost(each, 1e6 / each) for each in cpu]


MEASURED = {
    Subject(10, "obs", "nobody"): costs(100, 200, 100),
    Subject(10, "obs", "py-spy"): costs(110, 220, 110),
    Subject(10, "obs", "obs"): costs(121, 242, 121),
}


def test_ratios_are_of_the_same_round():
    found = row(Subject(10, "obs", "obs"), MEASURED)
    assert found["cpu"] == pytest.approx(1.21)
    assert found["of_py_spy"] == pytest.approx(1.1)
    assert found["rps_ratio"] == pytest.approx(1 / 1.21)
    assert "cpu" not in row(Subject(10, "obs", "nobody"), MEASURED)


def test_the_budget_is_what_obs_costs_beyond_py_spy():
    assert budget(10, MEASURED).value == pytest.approx(1.1)
    assert not budget(10, MEASURED).holds


def test_the_lists_agree():
    assert {server for server, _ in TITLES} == set(BASES)
    assert {watcher for _, watcher in TITLES} == set(WATCHERS)
    assert COLUMNS[0].key == "title"
