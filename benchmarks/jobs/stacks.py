"""The one list of what is compared on a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks.harness import BenchmarkError
from benchmarks.stacks import otel


@dataclass(frozen=True, slots=True)
class Stack:
    """A way to observe the worker. ``turn_on`` runs once, in a process that has not imported Celery."""

    name: str
    title: str
    turn_on: Callable[[], object]
    environ: Mapping[str, str] = field(default_factory=dict)
    under_obs_run: bool = False
    """Whether its process gets a run folder and a span socket, as the children of ``obs run`` do."""


def _obs() -> None:
    import obs

    if not obs.instrument().on:
        raise BenchmarkError("obs is off in this process: what it measures would be bare")


def _otel(ratio: float) -> None:
    """As its documentation says; spans are dropped where they would be sent. Its metric is one histogram."""
    from opentelemetry.instrumentation.celery import CeleryInstrumentor

    instrumentor: Any = CeleryInstrumentor()  # type: ignore[no-untyped-call]  # it has no annotations
    instrumentor.instrument(tracer_provider=otel.tracers(ratio), meter_provider=otel.meters())


STACKS = (
    Stack("bare", "bare Celery", lambda: None),
    Stack("obs-0", "obs, unsampled", _obs, {"OBS_TRACE_RATIO": "0"}, under_obs_run=True),
    Stack("obs-1", "obs, 1% sampled", _obs, {"OBS_TRACE_RATIO": "0.01"}, under_obs_run=True),
    Stack("obs-100", "obs, 100% sampled", _obs, {"OBS_TRACE_RATIO": "1"}, under_obs_run=True),
    Stack("otel-0", "OTel ratio 0", partial(_otel, 0.0)),
    Stack("otel-1", "OTel 1%", partial(_otel, 0.01)),
    Stack("otel-100", "OTel 100%", partial(_otel, 1.0)),
)


def named(name: str) -> Stack:
    """Raises BenchmarkError for no stack's name."""
    for stack in STACKS:
        if stack.name == name:
            return stack
    raise BenchmarkError(f"no stack is called {name!r}; there are {', '.join(stack.name for stack in STACKS)}")
