"""Slow and failed requests are kept although nobody sampled them, with the ids they sent on."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest
from opentelemetry import propagate
from opentelemetry.trace import SpanKind, StatusCode

from obs.tracing.outliers import Bucket
from obs.work import current
from tests.tracing.conftest import drops

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.fixture
def service(start: Callable[..., Any]) -> Any:
    service = start(OTEL_TRACES_SAMPLER="always_off", OBS_SLOW="100s", OBS_OUTLIERS="1000")
    service.collect()
    return service


def make_slow() -> None:
    work: Any = current.get()
    work.started -= 200.0


def test_a_slow_request_is_kept_with_the_ids_it_sent_on(service: Any) -> None:
    carrier: dict[str, str] = {}

    @service.app.get("/users/<int:user>")
    def view(user: int) -> str:
        propagate.inject(carrier)
        make_slow()
        return ""

    service.get("/users/3?token=secret", traceparent=CALLER)
    (span,) = service.spans()
    assert span.attributes["obs.kept"] == "slow"
    assert (span.name, span.kind) == ("GET /users/<int:user>", SpanKind.SERVER)
    assert span.attributes["http.route"] == "/users/<int:user>"
    assert span.attributes["http.response.status_code"] == 200
    assert carrier["traceparent"] == f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-00"
    assert f"{span.parent.span_id:016x}" == CALLER.split("-")[2]
    assert span.end_time - span.start_time >= 200e9
    assert "secret" not in span.to_json()


def test_a_failed_request_is_kept(service: Any) -> None:
    @service.app.get("/")
    def view() -> str:
        raise ValueError("secret")

    service.answer("/down", ("", 503))
    service.answer("/wrong", ("", 404))
    for path in ("/", "/down", "/wrong"):
        service.get(path)
    failed, down = service.spans()
    assert (failed.attributes["obs.kept"], failed.attributes["error.type"]) == ("error", "ValueError")
    assert (down.attributes["obs.kept"], down.attributes["error.type"]) == ("error", "503")
    assert {span.status.status_code for span in (failed, down)} == {StatusCode.ERROR}
    assert "secret" not in failed.to_json()


def test_clocks_are_kept_if_the_work_has_them(service: Any) -> None:
    @service.app.get("/")
    def view() -> tuple[str, int]:
        work: Any = current.get()
        work.cpu = 0.25
        return "", 500

    service.get("/")
    (span,) = service.spans()
    assert span.attributes["obs.cpu_seconds"] == 0.25
    assert "obs.wait_seconds" not in span.attributes  # it took none


def test_the_clocks_of_a_work_add_up_to_its_duration(start: Callable[..., Any]) -> None:
    service = start(OTEL_TRACES_SAMPLER="always_on", OBS_ACCOUNTING="true")
    service.collect()
    service.answer("/", "hello")
    service.get("/")
    span = service.server_span()
    clocks = sum(span.attributes.get(f"obs.{clock}_seconds", 0.0) for clock in ("cpu", "held", "delay", "wait"))
    assert clocks == pytest.approx((span.end_time - span.start_time) / 1e9, rel=0.01)


def test_no_clocks_are_kept_where_nobody_accounts(service: Any) -> None:
    @service.app.get("/")
    def view() -> tuple[str, int]:
        return "", 500

    service.get("/")
    (span,) = service.spans()
    clocks = {name for name in span.attributes if name.startswith("obs.") and name.endswith("_seconds")}
    assert clocks <= {"obs.gc_pause_seconds"}  # a collection may come at any time


def test_a_collection_that_held_it_up_is_part_of_its_story(service: Any) -> None:
    @service.app.get("/")
    def view() -> tuple[str, int]:
        gc.collect()
        return "", 500

    service.get("/")
    (span,) = service.spans()
    assert 0 < span.attributes["obs.gc_pause_seconds"] < (span.end_time - span.start_time) / 1e9


def test_what_lives_long_by_nature_is_not_slow(service: Any) -> None:
    @service.app.get("/")
    def view() -> tuple[str, dict[str, str]]:
        make_slow()
        work: Any = current.get()
        work.long = type("Long", (), {"ended": lambda self: None})()
        return "", {}

    service.get("/")
    assert service.spans() == []


def test_beyond_the_limit_they_are_counted(start: Callable[..., Any]) -> None:
    service = start(OTEL_TRACES_SAMPLER="always_off", OBS_OUTLIERS="0.001")
    service.collect()
    service.answer("/", ("", 500))
    before = drops("rate_limit")
    for _ in range(4):
        service.get("/")
    assert len(service.spans()) == 1
    assert drops("rate_limit") - before == 3


def test_a_bucket_holds_one_seconds_worth() -> None:
    now = [0.0]
    bucket = Bucket(3.0, lambda: now[0])
    assert [bucket.take() for _ in range(5)] == [True, True, True, False, False]
    now[0] = 100.0
    assert [bucket.take() for _ in range(5)] == [True, True, True, False, False]


def test_a_bucket_of_none_gives_none() -> None:
    assert not Bucket(0.0).take()
