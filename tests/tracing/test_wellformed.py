"""What is malformed reaches no propagator: each of them would log it, each time."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from opentelemetry import baggage, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from obs.tracing.propagation import Caller
from obs.tracing.wellformed import are_states, members

PARENT = f"00-{7:032x}-{9:016x}-01"

BAGGAGES = [
    *("a=1", "a=1,b=2", " a = 1 ; p ; q = 2 , b=2", "a=", "a==b", "a=%20%zz", "a=1,", ",,", "a", "a=1,b", "=1"),
    *("a=ü,b=2", "a=\x00", 'a="1"', "a=1 2", "a=1;;p", "a=1;p=ü,b=1", "a" * 9_000, "a=" + "b" * 5_000 + ",c=1", "ä=1"),
    ",".join(f"a{number}=1" for number in range(200)),
]

STATES = [
    *("a=1", "a=1,b=2", " a=1 , ,b=2", "a@b=1", "a=1,a=2", "A=1", "a", "a=", "a=1,b", "a=ü", "a=\x00", "a=1=2", ","),
    *("a" * 9_000, ",".join(f"a{number}=1" for number in range(40)), "a" * 257 + "=1", "a=" + "b" * 257, "a= b"),
]


@pytest.mark.parametrize("header", BAGGAGES)
def test_of_a_baggage_remains_what_the_propagator_takes(header: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    taken = baggage.get_all(W3CBaggagePropagator().extract({"baggage": header}, Context()))
    caplog.clear()
    caplog.set_level(logging.WARNING)
    assert baggage.get_all(Caller().context({"HTTP_BAGGAGE": header})) == taken
    assert not caplog.records


@pytest.mark.parametrize("header", STATES)
def test_of_a_tracestate_remains_all_or_nothing_as_of_the_propagator(
    header: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    taken = state(TraceContextTextMapPropagator().extract({"traceparent": PARENT, "tracestate": header}, Context()))
    caplog.clear()
    caplog.set_level(logging.WARNING)
    assert state(Caller().context({"HTTP_TRACEPARENT": PARENT, "HTTP_TRACESTATE": header})) == taken
    assert not caplog.records


def state(context: Any) -> dict[str, str]:
    """What the caller's span says beside its ids, which are there whatever that is."""
    found = trace.get_current_span(context).get_span_context()
    assert found.trace_id == 7
    return dict(found.trace_state)


def test_what_is_well_formed_is_handed_on_as_it_is() -> None:
    header = "a=1,b=2;p"
    assert members(header) is header
    assert are_states("a=1")
