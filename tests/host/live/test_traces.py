"""Which traces are kept, and how one is shown."""

from __future__ import annotations

import json

import pytest
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from obs.host.live.traces import MOST_SPANS, Traces, in_order
from obs.host.live.views import slow
from tests.host.live.conftest import HOSTILE


def span(trace: int, number: int, parent: int = 0, seconds: float = 0.1, **more) -> ReadableSpan:
    def context(of: int) -> SpanContext:
        return SpanContext(trace, of, is_remote=False, trace_flags=TraceFlags(1))

    start = 1_000_000_000_000 + number * 1_000_000
    return ReadableSpan(
        name=more.pop("name", "GET /a"),
        context=context(number),
        parent=context(parent) if parent else None,
        kind=more.pop("kind", SpanKind.INTERNAL if parent else SpanKind.SERVER),
        start_time=start,
        end_time=start + int(seconds * 1e9),
        **more,
    )


def test_slow_and_failed_ones_stay_while_others_go() -> None:
    traces = Traces(1.0, kept=3, others=2)
    traces.add(
        [
            span(1, 1, seconds=2.0),
            span(2, 2, status=Status(StatusCode.ERROR)),
            span(3, 3, attributes={"obs.kept": "slow"}),
        ]
    )
    traces.add([span(number, number) for number in range(10, 20)])
    assert {item["why"] for item in traces.items()} == {"slow", "failed", "sampled"}
    assert len(traces.all()) == 5
    assert traces.dropped == 8
    assert traces.find(f"{1:032x}") is not None
    assert traces.find(f"{10:032x}") is None


def test_children_that_came_before_are_in_the_trace() -> None:
    traces = Traces(1.0)
    traces.add([span(1, 3, parent=2), span(1, 2, parent=1)])
    clocks = {f"obs.{name}_seconds": 0.5 for name in ("cpu", "held", "delay", "wait")}
    traces.add([span(1, 1, seconds=2.0, attributes=clocks)])
    [item] = traces.items()
    assert (item["work"], item["spans"], item["clocks"][2]) == ("GET /a", 3, 0.5)
    shown = slow.request(traces.find(item["id"]), item["id"], None)
    assert [each["id"][-1] for each in shown["spans"]] == ["1", "2", "3"]
    assert shown["notes"] == []
    assert shown["spans"][0]["start"] == 0


def test_a_trace_is_found_by_the_beginning_of_its_id() -> None:
    traces = Traces(1.0)
    traces.add([span(0xABC << 112, 1, seconds=2.0), span(7, 7, seconds=3.0, name="GET /b")])
    assert [item["work"] for item in traces.items(trace="0abc")] == ["GET /a"]
    assert [item["work"] for item in traces.items(work="GET /b")] == ["GET /b"]
    assert traces.items(kind="job") == []


def test_spans_whose_parents_are_missing_or_in_a_ring_are_shown() -> None:
    rows = [
        {"id": a, "parent": b, "start": at}
        for at, (a, b) in enumerate([("1", "9"), ("2", "3"), ("3", "2"), ("4", "4")])
    ]
    assert {row["id"] for row in in_order(rows)} == {"1", "2", "3", "4"}


@pytest.mark.parametrize("name", [HOSTILE])
def test_what_others_chose_is_bounded(name: str) -> None:
    traces = Traces(1.0)
    event = Event(name, {name: name}, 1)
    traces.add(
        [
            span(1, number, name=name, attributes={name: name}, events=[event] * 1000)
            for number in range(1, 3 * MOST_SPANS)
        ]
    )
    found = traces.find(f"{1:032x}")
    assert len(found.spans) == MOST_SPANS
    assert found.dropped == 2 * MOST_SPANS - 1
    assert len(json.dumps(found.spans[0])) < 60_000
    assert all(len(item["work"]) <= 300 for item in traces.items())
