"""How tracing is put together: what is imported beforehand, and the gate that a process gets at its first Work."""

from __future__ import annotations

from opentelemetry import propagate
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from obs.config import Config
from obs.errors import log
from obs.tracing import attributes, lazy, provider, samplers
from obs.tracing.gate import OFF, Gate
from obs.tracing.recorder import Recorder
from obs.tracing.rule import Rule

_resource: Resource | None = None


def load(config: Config, *, flask: bool) -> None:
    """Import and find out what takes long: the resource, the exporter, the framework's instrumentation."""
    global _resource
    attributes.stabilise()
    if _resource is None:
        _resource = provider.describe(config)
    if config.otlp_endpoint is not None and config.span_socket is None:
        from obs.tracing import thread  # noqa: F401
    if flask and Recorder.flask is None:
        from obs.tracing import flask as part

        Recorder.flask = part


def build(config: Config) -> Gate:
    """The gate for this process: with the service's own provider if it has set one, else with obs's."""
    try:
        users = provider.of_users()
    except LookupError as problem:
        log.warning("obs: %s; obs leaves tracing to it", problem)
        return OFF
    if users is not None:
        return opened(config, users, samplers.rule_of(users.sampler))
    return opened(config, own(config), Rule.named(*config.sampler))


def own(config: Config) -> TracerProvider:
    """Obs's provider, made the global one."""
    return provider.establish(_resource or provider.describe(config), provider.sampler(config.sampler), sink(config))


def opened(config: Config, users: TracerProvider, rule: Rule | None) -> Gate:
    """A gate that lets Works through to ``users``."""
    gate = Gate(Recorder(config, users, rule))
    gate.variable, gate.unsampled = lazy.variable(), lazy.UNSAMPLED
    gate.rule, gate.bound = rule, rule.bound if rule else 0
    gate.plain = rule is not None and w3c(propagate.get_global_textmap())
    gate.slow_ns = config.slow * 1e9
    return gate


def sink(config: Config) -> SpanProcessor | None:
    """Where finished spans go: to the host process, else to the collector, else nowhere."""
    if config.span_socket is not None:
        from obs.tracing.datagram import DatagramProcessor

        return DatagramProcessor(config)
    if config.otlp_endpoint is not None:
        from obs.tracing.thread import ThreadProcessor

        return ThreadProcessor(config)
    return None


def w3c(propagator: TextMapPropagator) -> bool:
    """Whether the caller's context is in ``traceparent``, ``tracestate`` and ``baggage``, and nowhere else."""
    parts = propagator._propagators if type(propagator) is CompositePropagator else [propagator]  # noqa: SLF001
    kinds = {type(part) for part in parts}
    return TraceContextTextMapPropagator in kinds and kinds <= {TraceContextTextMapPropagator, W3CBaggagePropagator}
