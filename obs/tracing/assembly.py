"""How tracing is put together: what is imported beforehand, and the gate that a process gets at its first Work."""

from __future__ import annotations

from contextlib import suppress

from opentelemetry import propagate
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


class Prepared:
    """A gate to obs's own provider, made in a worker for the children that it forks; established in none yet."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.propagator = propagate.get_global_textmap()
        rule = Rule.named(*config.sampler)
        self.provider = provider.made(
            _resource or provider.describe(config), provider.sampler(config.sampler), sink(config)
        )
        self.gate = shut(config, self.provider, rule)

    def fits(self, config: Config) -> bool:
        """Whether a gate that is made now would be the same: a job's module may have chosen other propagators."""
        return config is self.config and propagate.get_global_textmap() is self.propagator


_prepared: Prepared | None = None


def prepare(config: Config) -> None:
    """Have what :func:`build` makes ready for children, each of which would make it anew."""
    global _prepared
    if _prepared is None or not _prepared.fits(config):
        _prepared = Prepared(config)


def build(config: Config) -> Gate:
    """The gate for this process: with the service's own provider if it has set one, else with obs's."""
    try:
        users = provider.of_users()
    except LookupError as problem:
        log.warning("obs: %s; obs leaves tracing to it", problem)
        return OFF
    if users is not None:
        return opened(shut(config, users, samplers.rule_of(users.sampler)))
    return own(config)


def own(config: Config) -> Gate:
    """With obs's provider, made the global one."""
    prepared = _prepared if _prepared is not None and _prepared.fits(config) else Prepared(config)
    provider.establish(prepared.provider)
    return opened(prepared.gate)


def shut(config: Config, users: TracerProvider, rule: Rule | None) -> Gate:
    """A gate to ``users`` that nothing of OpenTelemetry's knows yet."""
    gate = Gate(Recorder(config, users, rule))
    gate.variable, gate.unsampled = lazy.variable(), lazy.UNSAMPLED
    gate.rule, gate.bound = rule, rule.bound if rule else 0
    gate.plain = rule is not None and gate.recorder.caller.w3c
    gate.slow = config.slow
    return gate


def opened(gate: Gate) -> Gate:
    """It lets Works through from now on."""
    gate.nothing = ambient.install()
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
