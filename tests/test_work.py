"""Work: its ids, its trace, and which one is current."""

from __future__ import annotations

import contextvars

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.work import Work, current, get_current, parse_traceparent

HEADER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TRACE, SPAN = 0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7


def test_nothing_is_current_outside_a_work() -> None:
    assert contextvars.Context().run(get_current) is None


def test_the_current_work_is_the_one_that_was_set_here() -> None:
    work = Work("request", "GET /")
    token = current.set(work)
    assert get_current() is work
    current.reset(token)


def test_ids_are_made_once_and_only_when_asked_for() -> None:
    work = Work("request", "GET /")
    assert (work.trace_id, work.span_id) == (0, 0)
    assert work.ids() == work.ids()
    assert 0 < work.trace_id < 2**128
    assert 0 < work.span_id < 2**64


def test_a_callers_trace_is_continued() -> None:
    work = Work("request", "GET /")
    work.traceparent = HEADER
    trace_id, span_id = work.ids()
    assert trace_id == TRACE
    assert work.parent_span_id == SPAN
    assert span_id != SPAN


def test_a_nested_work_is_of_its_parents_trace() -> None:
    parent, child = Work("request", "GET /"), Work("job", "push")
    child.parent = parent
    assert child.ids()[0] == parent.ids()[0]
    assert child.parent_span_id == parent.span_id


def test_a_poisoned_header_is_as_if_there_were_none() -> None:
    work = Work("request", "GET /")
    work.traceparent = "00-" + "f" * 100_000
    assert work.ids()[0]
    assert work.parent_span_id == 0


def test_the_duration_stops_at_the_close() -> None:
    work = Work("job", "push")
    work.ended = work.started + 1.5
    assert work.duration == pytest.approx(1.5)
    assert work.ended_ns - work.started_ns == pytest.approx(1_500_000_000)


def test_a_valid_header_is_read() -> None:
    assert parse_traceparent(HEADER) == (TRACE, SPAN, True)
    assert parse_traceparent(HEADER[:-2] + "00") == (TRACE, SPAN, False)


def test_a_later_version_may_carry_more() -> None:
    assert parse_traceparent("cc" + HEADER[2:] + "-what-comes-later") == (TRACE, SPAN, True)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "ff" + HEADER[2:],
        HEADER.upper(),
        HEADER + "-more",
        HEADER.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32),
        HEADER.replace("00f067aa0ba902b7", "0" * 16),
        HEADER.replace("00f067aa0ba902b7", "00f067aa0ba902b"),
        HEADER.replace("4bf9", "4b_9"),
        HEADER.replace("4bf9", "4bg9"),
    ],
)
def test_an_invalid_header_is_no_trace(header: str) -> None:
    assert parse_traceparent(header) == (0, 0, False)


@given(st.text())
def test_no_text_makes_it_raise(header: str) -> None:
    parse_traceparent(header)
