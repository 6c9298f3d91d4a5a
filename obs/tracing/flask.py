"""A sampled request on Flask goes through OpenTelemetry's own instrumentation, which obs calls where it dispatches.

``FlaskInstrumentor.instrument_app`` is given a stand-in that collects the functions it would put into an application's
lists. So no application is touched, an unsampled request meets none of it, one that another ``before_request``
function answers is traced too, and there is nothing to undo.
"""

# ruff: noqa: SLF001  OpenTelemetry keeps under private names what a request needs undone

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from opentelemetry.context.context import Context
from opentelemetry.instrumentation import propagators
from opentelemetry.instrumentation.wsgi import default_response_propagation_setter
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.trace import NoOpTracerProvider, Span, Tracer, get_current_span
from opentelemetry.util.http import get_excluded_urls
from werkzeug.wsgi import get_current_url

from obs.tracing.server import ServerSpan
from obs.work import Work

otel: Any = import_module("opentelemetry.instrumentation.flask")  # untyped, and its private names are what we need


class _Adopting(Tracer):
    """A tracer that starts nothing: the SERVER span is open already."""

    def start_span(self, name: str, context: Context | None = None, *_: Any, **kwargs: Any) -> Span:
        span = get_current_span(context)
        return span.adopt(name, kwargs.get("attributes")) if isinstance(span, ServerSpan) else span

    start_as_current_span = NotImplemented


class _AdoptingProvider(NoOpTracerProvider):
    def get_tracer(self, *_: Any, **__: Any) -> Tracer:
        return _Adopting()


class _StandIn:
    """What ``instrument_app`` gets in place of an application."""

    before: Callable[[], None]
    name = import_name = "obs"

    def wsgi_app(self, environ: Any, start_response: Any) -> Any:
        """Never called: obs sees the answer where the server does."""

    def before_request(self, function: Callable[[], None]) -> None:
        self.before = function

    def teardown_request(self, function: Any) -> None:
        """Not needed: :meth:`FlaskPart.leave` takes back what ``before`` has done, and never too early."""


class FlaskPart:
    """OpenTelemetry's instrumentation of Flask, as one pair of functions for every application of the process.

    Made at the first sampled request, so that hooks given to ``FlaskInstrumentor().instrument()`` have been by then.
    """

    def __init__(self) -> None:
        hooks = otel._InstrumentedFlask  # where instrument() keeps what it was given
        self._respond = hooks._response_hook
        stand_in = _StandIn()
        otel.FlaskInstrumentor.instrument_app(
            stand_in,
            request_hook=hooks._request_hook,
            tracer_provider=_AdoptingProvider(),
            meter_provider=NoOpMeterProvider(),
        )
        self._before = stand_in.before

    def enter(self, work: Work) -> None:
        """Let the instrumentation describe the request that Flask is about to dispatch.

        What it leaves in the environ is taken out before a view can see it, and answer with it.
        """
        self._before()
        environ = otel.flask.request.environ
        work.span.activation = environ.pop(otel._ENVIRON_ACTIVATION_KEY, None)
        for key in (otel._ENVIRON_SPAN_KEY, otel._ENVIRON_TOKEN, otel._ENVIRON_REQCTX_REF_KEY):
            environ.pop(key, None)

    def leave(self, work: Work) -> None:
        """Undo :meth:`enter`: make current what was."""
        activation, work.span.activation = work.span.activation, None
        if activation is not None:
            activation.__exit__(None, None, None)

    def respond(self, span: ServerSpan, status: str, headers: list[tuple[str, str]]) -> None:
        """The service's response propagator and hook, as OpenTelemetry calls them."""
        propagator: Any = propagators.get_global_response_propagator()  # type: ignore[no-untyped-call]
        if propagator is not None:
            propagator.inject(headers, setter=default_response_propagation_setter)
        if self._respond is not None:
            self._respond(span, status, headers)


class ServicesOwn:
    """The part of OpenTelemetry's instrumentation where the service has put that into its application itself.

    It does all that :class:`FlaskPart` does. A request that it hasn't described is one it was told to leave out.
    """

    def leave(self, work: Work) -> None:
        work.span.dropped = not work.span.adopted

    def respond(self, span: ServerSpan, status: str, headers: list[tuple[str, str]]) -> None:
        """The service's instrumentation calls its hooks."""


_excluded = get_excluded_urls("FLASK")


def excluded(environ: Mapping[str, Any]) -> bool:
    """Whether OTEL_PYTHON_FLASK_EXCLUDED_URLS or OTEL_PYTHON_EXCLUDED_URLS names the request's URL."""
    return bool(_excluded._excluded_urls) and _excluded.url_disabled(get_current_url(dict(environ)))


def instrumented_by_user(app: Any) -> bool:
    """Whether the service has instrumented this application with OpenTelemetry itself."""
    return bool(getattr(app, "_is_instrumented_by_opentelemetry", False))
