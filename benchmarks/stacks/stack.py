"""The one list of what is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks.harness import BenchmarkError

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
"""A WSGI application."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A way to observe the service. ``build`` runs once, in a process that has imported none of what it measures."""

    name: str
    title: str
    build: Callable[[], Application]
    environ: Mapping[str, str] = field(default_factory=dict)
    """Set before the process starts."""
    under_obs_run: bool = False
    """Whether its process gets a run folder and a span socket, as the children of ``obs run`` do."""


def _stacks() -> tuple[Stack, ...]:
    from benchmarks.stacks import bare, exporter, hand, otel, ours

    def otel_stack(name: str, title: str, build: Callable[..., Application], **options: Any) -> Stack:
        return Stack(name, title, partial(build, **options), otel.ENVIRON)

    def our_stack(name: str, title: str, ratio: str) -> Stack:
        return Stack(name, title, ours.build, {"OBS_TRACE_RATIO": ratio}, under_obs_run=True)

    return (
        Stack("bare", "bare Flask", bare.build),
        our_stack("obs-0", "obs, unsampled", "0"),
        our_stack("obs-1", "obs, 1% sampled", "0.01"),
        our_stack("obs-100", "obs, 100% sampled", "1"),
        Stack("hand", "prometheus_client by hand", hand.build),
        Stack("multiprocess", "the same, multiprocess mode", hand.build_multiprocess),
        Stack("exporter", "prometheus-flask-exporter", exporter.build),
        otel_stack("otel-off", "OTel no SDK", otel.build, ratio=None, metrics=False),
        otel_stack("otel-0", "OTel ratio 0, metrics", otel.build, ratio=0.0, metrics=True),
        otel_stack("otel-1", "OTel 1%, metrics", otel.build, ratio=0.01, metrics=True),
        otel_stack("otel-100-traces", "OTel 100%, tracing only", otel.build, ratio=1.0, metrics=False),
        otel_stack("otel-100", "OTel 100%, metrics", otel.build, ratio=1.0, metrics=True),
        otel_stack("otel-1-exporter", "OTel 1%, metrics + exporter", otel.build_with_exporter, ratio=0.01),
    )


STACKS = _stacks()


def named(name: str) -> Stack:
    """Raises BenchmarkError, which lists them, for no stack's name."""
    for stack in STACKS:
        if stack.name == name:
            return stack
    raise BenchmarkError(f"no stack is called {name!r}; there are {', '.join(stack.name for stack in STACKS)}")


def select(names: Sequence[str]) -> tuple[Stack, ...]:
    """The stacks of these names, in the list's order; ``obs`` and ``otel`` stand for all of theirs. None means all.

    ``bare`` is always there: it is what the others are added to.
    """
    families = {stack.name.partition("-")[0] for stack in STACKS}
    for name in names:
        if name not in families:
            named(name)
    wanted = {"bare", *names}
    return tuple(s for s in STACKS if not names or s.name in wanted or s.name.partition("-")[0] in wanted)
