"""A sampled request on Flask: one SERVER span, filled in by OpenTelemetry's instrumentation, with its faults mended."""

from __future__ import annotations

import contextvars
import gc
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
from opentelemetry import context, propagate, trace
from opentelemetry.instrumentation import flask as otel_flask
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.util.http import ExcludeList

import obs
from obs.tracing import flask as part
from obs.work import current

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_it_is_named_after_its_route_and_bears_the_stable_attributes(sampled: Any) -> None:
    @sampled.app.get("/users/<int:user>")
    def view(user: int) -> str:
        return "ok"

    assert sampled.get("/users/3").status_code == 200
    (span,) = sampled.spans()
    assert (span.name, span.kind, span.parent) == ("GET /users/<int:user>", SpanKind.SERVER, None)
    assert span.status.status_code is StatusCode.UNSET
    wanted = {
        "http.request.method": "GET",
        "http.route": "/users/<int:user>",
        "http.response.status_code": 200,
        "url.scheme": "http",
        "url.path": "/users/3",
    }
    assert wanted.items() <= span.attributes.items()


def test_a_collection_that_held_it_up_is_told_of(sampled: Any) -> None:
    sampled.answer("/", lambda: str(gc.collect()))
    sampled.get("/")
    (span,) = sampled.spans()
    assert 0 < span.attributes["obs.gc_pause_seconds"] < (span.end_time - span.start_time) / 1e9


def test_nothing_of_what_the_caller_sent_leaves(sampled: Any) -> None:
    @sampled.app.post("/")
    def view() -> str:
        raise ValueError(flask.request.get_data(as_text=True))

    sampled.app.test_client().post(
        "/?token=secret-query",
        data="secret-body",
        headers={"Host": "secret-host", "User-Agent": "secret-agent", "X-Auth": "secret-header"},
        buffered=True,
    )
    (span,) = sampled.spans()
    assert "secret" not in span.to_json()


def test_the_callers_span_is_its_parent(sampled: Any) -> None:
    sampled.answer("/")
    sampled.get("/", traceparent=CALLER, tracestate="vendor=x")
    (span,) = sampled.spans()
    assert f"{span.context.trace_id:032x}" == CALLER.split("-")[1]
    assert f"{span.parent.span_id:016x}" == CALLER.split("-")[2]
    assert span.parent.is_remote
    assert span.context.trace_state.to_header() == "vendor=x"


def test_the_works_ids_are_the_spans(sampled: Any) -> None:
    sampled.answer("/", lambda: "{:x} {:x}".format(*current.get().ids()))  # type: ignore[union-attr]
    answered = sampled.get("/").get_data(as_text=True)
    (span,) = sampled.spans()
    assert answered == f"{span.context.trace_id:x} {span.context.span_id:x}"


def test_child_spans_nest_under_it(sampled: Any) -> None:
    @sampled.app.get("/")
    def view() -> str:
        with trace.get_tracer("a library").start_as_current_span("child"):
            return ""

    sampled.get("/")
    child, server = sampled.spans()
    assert child.name == "child"
    assert child.parent.span_id == server.context.span_id


def test_an_unknown_path_is_not_in_the_name(sampled: Any) -> None:
    assert sampled.get("/users/by-name/somebody").status_code == 404
    (span,) = sampled.spans()
    assert span.name == "GET"
    assert "http.route" not in span.attributes
    assert span.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize("propagates", [False, True])
def test_an_exception_that_escapes_is_recorded_once(sampled: Any, propagates: bool) -> None:
    @sampled.app.get("/")
    def view() -> str:
        raise KeyError("a secret")

    sampled.app.testing = propagates
    if propagates:
        with pytest.raises(KeyError):
            sampled.get("/")
    else:
        assert sampled.get("/").status_code == 500
    (span,) = sampled.spans()
    assert span.name == "GET /"
    assert (span.status.status_code, span.attributes["error.type"]) == (StatusCode.ERROR, "KeyError")
    assert span.attributes["http.response.status_code"] == 500
    (event,) = span.events
    assert event.attributes["exception.type"] == "KeyError"
    assert "in view" in event.attributes["exception.stacktrace"]


def test_an_error_that_the_service_answers_itself_is_an_error_without_an_exception(sampled: Any) -> None:
    sampled.answer("/", ("down", 503))
    sampled.get("/")
    (span,) = sampled.spans()
    assert (span.status.status_code, span.attributes["error.type"]) == (StatusCode.ERROR, "503")
    assert span.events == ()


def test_a_before_request_function_that_answers_first_is_traced(sampled: Any, caplog: Any) -> None:
    sampled.app.before_request(lambda: ("no", 401))
    sampled.answer("/private")
    assert sampled.get("/private").status_code == 401
    (span,) = sampled.spans()
    assert (span.name, span.attributes["http.response.status_code"]) == ("GET /private", 401)
    assert caplog.records == []


@pytest.mark.parametrize("with_context", [False, True])
def test_a_stream_is_open_until_it_is_closed_and_current_in_each_step(
    sampled: Any, caplog: Any, with_context: bool
) -> None:
    current_in_steps = []

    @sampled.app.get("/")
    def view() -> flask.Response:
        def steps() -> Iterator[str]:
            for number in range(3):
                current_in_steps.append(trace.get_current_span().get_span_context().span_id)
                with trace.get_tracer("a library").start_as_current_span(f"step {number}"):
                    time.sleep(0.02)
                yield "x"

        return flask.Response(flask.stream_with_context(steps()) if with_context else steps())

    assert sampled.get("/").data == b"xxx"
    *steps, server = sampled.spans()
    assert set(current_in_steps) == {server.context.span_id}
    assert [step.parent.span_id for step in steps] == [server.context.span_id] * 3
    assert server.end_time - server.start_time >= 60e6
    assert server.end_time >= steps[-1].end_time
    assert caplog.records == []


def test_a_stream_read_on_another_thread_runs_in_its_trace(sampled: Any, caplog: Any) -> None:
    def steps() -> Iterator[str]:
        trace.get_tracer("a library").start_span("step").end()
        yield "x"

    sampled.answer("/", lambda: flask.Response(steps()))
    body = contextvars.copy_context().run(sampled.app, environ("/"), lambda *args: None)

    def read() -> None:
        assert list(body) == [b"x"]
        body.close()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    step, server = sampled.spans()
    assert step.parent.span_id == server.context.span_id
    assert caplog.records == []


def environ(path: str, **more: Any) -> dict[str, Any]:
    from werkzeug.test import EnvironBuilder

    return EnvironBuilder(path).get_environ() | more


def test_teardown_functions_still_run_under_it(sampled: Any) -> None:
    seen = []
    sampled.app.teardown_request(lambda error: seen.append(trace.get_current_span().get_span_context().span_id))
    sampled.answer("/")
    sampled.get("/")
    assert seen == [sampled.server_span().context.span_id]


def test_nothing_is_current_afterwards_and_the_environ_is_clean(sampled: Any) -> None:
    sampled.answer("/")
    served = environ("/")
    before = context.get_current()
    body = sampled.app(served, lambda *args: None)
    list(body)
    body.close()
    assert context.get_current() is before
    assert not [key for key in served if "opentelemetry" in key.replace("starttime", "")]


def test_captured_headers_are_the_named_ones(start: Callable[..., Any]) -> None:
    sampled = start(
        OTEL_TRACES_SAMPLER="always_on",
        OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST="x-tenant",
        OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE="x-shard",
    )
    sampled.collect()
    sampled.answer("/", ("", {"X-Shard": "9"}))
    sampled.get("/", X_Tenant="acme")
    (span,) = sampled.spans()
    assert span.attributes["http.request.header.x_tenant"] == ("acme",)
    assert span.attributes["http.response.header.x_shard"] == ("9",)


def test_excluded_urls_are_not_traced(sampled: Any, clean: Any) -> None:
    clean.setattr(part, "_excluded", ExcludeList(["/healthz"]))

    @sampled.app.get("/healthz")
    def view() -> str:
        trace.get_tracer("a library").start_span("child").end()
        return ""

    sampled.get("/healthz")
    assert sampled.spans() == []


def test_hooks_given_to_the_instrumentor_are_called(sampled: Any, clean: Any) -> None:
    clean.setattr(otel_flask._InstrumentedFlask, "_request_hook", staticmethod(request_hook))
    clean.setattr(otel_flask._InstrumentedFlask, "_response_hook", staticmethod(response_hook))
    sampled.answer("/")
    assert sampled.get("/").headers["X-Hooked"] == "yes"
    (span,) = sampled.spans()
    assert (span.attributes["asked"], span.attributes["answered"]) == ("/", "200 OK")


def request_hook(span: Any, environ: dict[str, Any]) -> None:
    span.set_attribute("asked", environ["PATH_INFO"])


def response_hook(span: Any, status: str, headers: list[tuple[str, str]]) -> None:
    span.set_attribute("answered", status)
    headers.append(("X-Hooked", "yes"))


def test_an_application_that_the_service_instruments_itself_has_one_span_with_its_hooks(sampled: Any) -> None:
    FlaskInstrumentor.instrument_app(
        sampled.app, request_hook=request_hook, response_hook=response_hook, excluded_urls="/healthz"
    )
    sampled.answer("/")
    sampled.answer("/healthz")
    assert sampled.get("/").headers["X-Hooked"] == "yes"
    sampled.get("/healthz")
    (span,) = sampled.spans()
    assert (span.name, span.kind) == ("GET /", SpanKind.SERVER)
    assert (span.attributes["asked"], span.attributes["answered"]) == ("/", "200 OK")


def test_no_application_is_touched(start: Callable[..., Any]) -> None:
    app = flask.Flask("before")

    def looks() -> tuple[Any, ...]:
        return (
            dict(app.__dict__),
            {k: list(v) for k, v in app.before_request_funcs.items()},
            dict(app.teardown_request_funcs),
        )

    before = looks()
    service = start(OTEL_TRACES_SAMPLER="always_on")
    service.collect()
    service.app = app
    service.get("/unknown")
    after = looks()
    assert len(service.spans()) == 1
    before[0]["_got_first_request"] = True
    assert after == before


def test_any_other_wsgi_application_gets_a_server_span(sampled: Any) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        environ["PATH_INFO"] = "/changed"
        start_response("200 OK", [("Content-Type", "text/plain")])
        with trace.get_tracer("a library").start_as_current_span("child"):
            return [b"ok"]

    served = obs.instrument(app)
    assert served(environ("/a/1?secret=1"), lambda *args: None) == [b"ok"]
    child, server = sampled.spans()
    assert child.parent.span_id == server.context.span_id
    assert (server.name, server.kind) == ("GET", SpanKind.SERVER)
    assert server.attributes["url.path"] == "/a/1"
    assert server.attributes["http.response.status_code"] == 200
    assert "secret" not in server.to_json()


def test_it_sends_its_own_traceparent(sampled: Any) -> None:
    carrier: dict[str, str] = {}

    @sampled.app.get("/")
    def view() -> str:
        propagate.inject(carrier)
        return ""

    sampled.get("/")
    (span,) = sampled.spans()
    assert carrier["traceparent"].startswith(f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-")
    assert int(carrier["traceparent"][-2:], 16) & 1


def test_a_view_that_calls_another_application_in_this_process_keeps_its_name(sampled: Any, caplog: Any) -> None:
    inner = flask.Flask("inner")
    inner.get("/inside/<x>")(lambda x: "inside")

    @sampled.app.get("/outside/<y>")
    def view(y: str) -> str:
        assert inner.test_client().get("/inside/1", buffered=True).data == b"inside"
        return "outside"

    assert sampled.get("/outside/2").data == b"outside"
    (span,) = sampled.spans()
    assert (span.name, span.attributes["url.path"]) == ("GET /outside/<y>", "/outside/2")
    assert caplog.records == []


def test_a_method_that_http_doesnt_know_is_not_in_the_name(sampled: Any) -> None:
    @sampled.app.route("/", methods=["BREW"])
    def view() -> str:
        return ""

    sampled.app.test_client().open("/", method="BREW", buffered=True)
    (span,) = sampled.spans()
    assert (span.name, span.attributes["http.request.method"]) == ("HTTP /", "_OTHER")
