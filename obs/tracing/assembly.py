"""How tracing is put together: what is imported beforehand, and the gate that a process gets at its first Work."""

from __future__ import annotations

from contextlib import suppress

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

from obs.config import Config
from obs.errors import log
from obs.tracing import ambient, attributes, lazy, provider, samplers
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
    if config.span_socket is not None:
        from obs.tracing import datagram  # noqa: F401
    elif config.otlp_endpoint is not None:
        with suppress(ImportError):  # said when it is needed
            from obs.tracing import thread  # noqa: F401
    if flask and Recorder.flask is None:
        from obs.tracing import flask as part

        Recorder.flask = part


def rehearse(config: Config) -> None:
    """Build what nobody will use: it fills caches of the interpreter's and OpenTelemetry's, which children inherit."""
    if _resource is not None:
        unused = provider.made(_resource, provider.sampler(config.sampler), lasting=False)
        Recorder(config, unused, Rule.named(*config.sampler))


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
    gate.nothing, gate.variable, gate.unsampled = ambient.install(), lazy.variable(), lazy.UNSAMPLED
    gate.rule, gate.bound = rule, rule.bound if rule else 0
    gate.plain = rule is not None and gate.recorder.caller.w3c
    gate.slow = config.slow
    return gate


def sink(config: Config) -> SpanProcessor | None:
    """Where finished spans go: to the host process, else to the collector, else nowhere."""
    if config.span_socket is not None:
        from obs.tracing.datagram import DatagramProcessor

        return DatagramProcessor(config)
    return to_collector(config) if config.otlp_endpoint is not None else None


def to_collector(config: Config) -> SpanProcessor | None:
    """What sends without ``obs run``, if the service has installed what that takes."""
    try:
        from obs.tracing.thread import ThreadProcessor
    except ImportError as error:
        log.warning("obs: %s; no spans are sent: start with obs run, or install obs[otlp]", error)
        return None
    return ThreadProcessor(config)
