"""The arithmetic of the comparison on a server, with made-up loads; and one real run of each part of it."""

import os
import shutil
from random import Random

import pytest

from benchmarks import server
from benchmarks.harness import BenchmarkError
from benchmarks.harness.processes import cpu_ns, descendants
from benchmarks.server import Load, Pair
from benchmarks.stacks.server import Server, Spec

WRK = shutil.which("wrk") or os.environ.get("CI") == "true"


def pairs(*ratios):
    """Pairs of a bare server that slows down, and one that gives these shares of its rate."""
    bare = [Load(1000, 4000.0 / n, 2.0, 100.0, 0.0) for n in range(1, len(ratios) + 1)]
    return [Pair(b, Load(1000, b.rps * r, b.p99_ms * 2, b.cpu / r, 1.0)) for b, r in zip(bare, ratios, strict=True)]


def test_rates_are_compared_pair_by_pair():
    spec = server.SERVERS[0]
    measured = {(spec.name, n): pairs(0.97, 0.96, 0.98) for n in server.CONNECTIONS}
    row = server.tables([spec], measured)[0].rows[0]
    assert row["rps_of_bare"] == pytest.approx(0.97)
    assert row["p99_of_bare"] == pytest.approx(2.0)
    assert row["cpu_of_bare"] == pytest.approx(1 / 0.97)


@pytest.mark.parametrize(("share", "holds"), [(0.96, True), (0.94, False)])
def test_obs_keeps_at_least_95_hundredths_of_the_rate(share, holds):
    measured = {("obs-1", 16): pairs(share, share, 0.2), ("otel-100", 16): pairs(0.4, 0.4, 0.4)}
    assert [budget.holds for budget in server.budgets(measured)] == [holds]


def test_bare_and_the_stack_take_turns_to_be_first():
    order = []

    def measured(name):
        order.append(name)
        return Load(1, 1.0, 1.0, 1.0, 1.0)

    random = Random(1)
    for _ in range(20):
        server.pair(measured, "obs-1", random)
    assert {tuple(order[i : i + 2]) for i in range(0, 40, 2)} == {("bare", "obs-1"), ("obs-1", "bare")}


def test_cpu_is_summed_over_threads(tmp_path):
    for thread, text in {"7": "1500 20 3", "8": "500 1 1"}.items():
        (tmp_path / "7/task" / thread).mkdir(parents=True)
        (tmp_path / "7/task" / thread / "schedstat").write_text(text)
    assert cpu_ns(7, tmp_path) == 2000
    assert cpu_ns(9, tmp_path) == 0


def test_descendants_are_children_and_theirs(tmp_path):
    for pid, children in {"1": "2 3 ", "2": "4 ", "3": "", "4": ""}.items():
        (tmp_path / pid / "task" / pid).mkdir(parents=True)
        (tmp_path / pid / "task" / pid / "children").write_text(children)
    assert descendants(1, tmp_path) == [1, 2, 3, 4]


def test_without_wrk_it_says_so(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert "wrk is not on PATH" in (server.why_not() or "")


def test_a_server_that_cannot_start_shows_why():
    with pytest.raises(BenchmarkError, match="no stack is called 'none'"):
        Server(Spec("none", "none", "none"))


@pytest.mark.real
@pytest.mark.skipif(not WRK, reason="wrk is not on PATH")
def test_a_real_server_is_loaded_and_its_worker_is_found():
    with Server(server.BARE) as bare:
        found = server.load(bare, 2, 1)
    assert found.rps > 0
    assert found.p99_ms > 0
    assert found.cpu > 0
    assert bare.process.returncode == 0
