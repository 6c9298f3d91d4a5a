"""Spans as datagrams: what goes in comes out, and it always fits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

from obs.tracing import wire

RESOURCE = Resource({"service.name": "shop", "list": ["a", "b"]}, "https://schema")
CONTEXT = SpanContext(1 << 127, 2, False, TraceFlags(3), TraceState([("vendor", "x")]))


def span(**changed: Any) -> ReadableSpan:
    values: dict[str, Any] = {
        "name": "GET /",
        "context": CONTEXT,
        "parent": SpanContext(1 << 127, 9, True, TraceFlags(1)),
        "resource": RESOURCE,
        "attributes": {"text": "ü😀", "flag": True, "number": 1.5, "raw": b"\x00\xff", "many": ("a", "b")},
        "events": [Event("exception", {"exception.type": "KeyError"}, 5)],
        "links": [Link(SpanContext(3, 4, False), {"why": "batch"})],
        "kind": SpanKind.SERVER,
        "status": Status(StatusCode.ERROR, "KeyError"),
        "start_time": 1_700_000_000_000_000_001,
        "end_time": 1_700_000_000_000_000_002,
        "instrumentation_scope": InstrumentationScope("a library", "1.0", "https://schema", {"a": "b"}),
    }
    return ReadableSpan(**values | changed)


def through(*spans: ReadableSpan) -> list[ReadableSpan]:
    datagram = wire.pack(wire.head(RESOURCE), [wire.encode(one) for one in spans])
    assert len(datagram) <= wire.LIMIT
    return wire.decode(datagram)


def test_a_span_comes_out_as_it_went_in() -> None:
    (back,) = through(span())
    assert encode_spans([back]) == encode_spans([span()])
    assert back.context.trace_state == CONTEXT.trace_state


def test_spans_without_much_come_out_too() -> None:
    bare = span(parent=None, attributes=None, events=(), links=(), instrumentation_scope=None, status=Status())
    (back,) = through(bare)
    assert encode_spans([back]) == encode_spans([bare])


@given(
    st.dictionaries(
        st.text(st.characters(codec=None), max_size=8),
        st.one_of(
            st.text(st.characters(codec=None)),
            st.integers(),
            st.floats(),
            st.booleans(),
            st.binary(),
            st.lists(st.text(st.characters(codec=None))),
        ),
    )
)
def test_whatever_the_attributes_are_the_collector_gets_them(attributes: Any) -> None:
    (back,) = through(span(attributes=attributes))
    encode_spans([back]).SerializeToString()


@pytest.mark.parametrize(
    "attributes",
    [
        {"sql": "x" * 100_000},
        {f"key{number}": "x" * 200 for number in range(400)},
        {"list": ["y" * 50] * 10_000},
        {"k" * 50_000: "v"},
        {"emoji": "😀" * 50_000},
    ],
)
def test_a_span_that_is_too_long_is_shortened_and_says_so(attributes: Any) -> None:
    (back,) = through(span(attributes=attributes))
    assert "obs.shortened" in back.attributes
    assert (back.name, back.context, back.start_time) == ("GET /", CONTEXT, span().start_time)


@given(st.integers(0, 3), st.integers(1, 90_000))
def test_a_span_always_fits(events: int, length: int) -> None:
    many = [Event("e", {"text": "z" * length}, 1)] * events
    (back,) = through(span(name="n" * length, events=many))
    assert back.name.startswith("n")


@pytest.mark.parametrize(
    "datagram", [b"", b"{}", b"\xff", b"[1]", b'{"resource":{},"schema":"","spans":[{}]}', b'{"resource":1}', b"null"]
)
def test_what_is_not_ours_is_refused(datagram: bytes) -> None:
    with pytest.raises(wire.UNREADABLE):
        wire.decode(datagram)
