"""The arithmetic of lateness, on made-up rounds; and the loop that is measured."""

import pytest

from benchmarks import lateness
from benchmarks.harness import Child
from benchmarks.lateness import BARE, EXPORT, NO_EXPORT, Lateness


@pytest.mark.parametrize(("added", "holds"), [(0.4, True), (0.6, False)])
def test_what_export_adds_is_judged_round_by_round(added, holds):
    without = [Lateness(0.1, p99, 2.0) for p99 in (0.2, 5.0, 0.3)]
    export = [Lateness(0.1, late.p99 + added, late.longest + 0.5) for late in without]
    p99, longest = lateness.budgets({BARE: without, NO_EXPORT: without, EXPORT: export})
    assert p99.value == pytest.approx(added)
    assert p99.holds is holds
    assert longest.holds


def test_the_loop_says_how_late_it_was():
    with Child("benchmarks.stacks.loop", "bare", environ={}) as child:
        late = child.ask(seconds=0.05, rate=100)
    assert late["p50_ms"] <= late["p99_ms"] <= late["max_ms"]


def test_the_collector_takes_spans_on_its_port():
    import http.client

    with Child("benchmarks.stacks.collector", environ={}) as child:
        client = http.client.HTTPConnection("127.0.0.1", child.ask()["port"], timeout=10)
        client.request("POST", "/v1/traces", b"anything")
        assert client.getresponse().status == 200
        client.close()
