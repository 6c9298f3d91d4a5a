"""The trace of what is sent by message: roots are decided once, and others go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import obs
from obs.jobs.sending import sending
from obs.work import parse_traceparent

SENDS = 400


def send() -> str:
    headers: dict[str, str] = {}
    with sending("push.notify", "push", "own", headers):
        pass
    return headers["traceparent"]


def test_a_send_outside_any_work_is_a_root_that_is_decided_once(start: Callable[..., Any]) -> None:
    """Half are sampled, each of them by its id, as a ratio sampler anywhere else would decide."""
    service = start(OBS_TRACE_RATIO="0.5")
    service.collect()
    traces = [parse_traceparent(send()) for _ in range(SENDS)]
    sampled = {trace_id for trace_id, _, sampled in traces if sampled}
    assert 0.3 < len(sampled) / SENDS < 0.7
    assert all((trace_id % 2**64 < 2**63) is sampled for trace_id, _, sampled in traces)
    assert {span.context.trace_id for span in service.spans()} == sampled


def test_a_root_that_is_not_sampled_has_ids_and_no_span(start: Callable[..., Any]) -> None:
    service = start(OBS_TRACE_RATIO="0")
    service.collect()
    (first, _, sampled), (second, *_) = parse_traceparent(send()), parse_traceparent(send())
    assert first
    assert second
    assert first != second
    assert not sampled
    assert not service.spans()


def test_an_unsampled_work_sends_its_own_ids(start: Callable[..., Any]) -> None:
    start(OBS_TRACE_RATIO="0")
    with obs.work("job", "nightly") as work:
        trace_id, span_id = work.ids()
        assert send() == f"00-{trace_id:032x}-{span_id:016x}-00"
