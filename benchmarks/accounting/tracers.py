"""The one list of who watches greenlet switches, and how each is turned on alone in a fresh process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from benchmarks.harness import BenchmarkError


@dataclass(frozen=True, slots=True)
class Tracer:
    """``install`` runs in the thread to watch, after gevent was imported and its hub is there."""

    name: str
    title: str
    install: Callable[[], None]
    environ: Mapping[str, str] = field(default_factory=dict)
    """Set before the process starts."""
    needs: str = ""
    """The distribution that must be installed, if it is none of obs's own requirements."""

    def why_not(self) -> str | None:
        """One line if it can't be measured here."""
        if not self.needs or find_spec(self.needs) is not None:
            return None
        return f"{self.title}: not measured, {self.needs} is not installed (pip install 'obs[benchmarks]')"


def _nothing() -> None: ...


def _no_op() -> None:
    from greenlet import settrace

    def trace(_event: str, _greenlets: Any) -> None: ...

    settrace(trace)


def _accounting() -> None:
    """The tracer alone: no instrumentation of HTTP, no metrics that anybody reads."""
    from obs.runtime import accounting

    accounting.install()


def _accounting_on_no_op() -> None:
    _no_op()
    _accounting()


def _everything() -> None:
    from benchmarks.stacks import ours

    ours.build()


def _gevent_monitor() -> None:
    """gevent's own: a tracer in Cython, and a thread that looks at it. GEVENT_MONITOR_THREAD_ENABLE lets it.

    https://www.gevent.org/monitoring.html
    """
    import gevent

    gevent.get_hub().start_periodic_monitoring_thread()


def _ddtrace_profiler() -> None:
    """What its profiler's stack collector does first under gevent, and nothing of the rest: no sampler runs.

    ddtrace/profiling/collector/_task: ``initialize_gevent_support``.
    """
    from ddtrace.profiling import _gevent

    _gevent.patch()


def _ddtrace_tracing() -> None:
    """What ``ddtrace.patch(gevent=True)`` does for gevent; it traces switches for OpenTelemetry's context."""
    from ddtrace.contrib.internal.gevent.patch import patch

    patch()


MONITOR = {
    "GEVENT_MONITOR_THREAD_ENABLE": "true",
    "GEVENT_MONITOR_PRINT_BLOCKING_REPORTS": "false",
    "PYTHONWARNINGS": "ignore:Unable to monitor memory usage",  # psutil: it isn't what is measured
}
NONE, NO_OP, OURS = "none", "no-op", "obs"

TRACERS = (
    Tracer(NONE, "no tracer", _nothing),
    Tracer(NO_OP, "a Python function that does nothing", _no_op),
    Tracer(OURS, "obs's accounting", _accounting),
    Tracer("obs-chained", "obs's accounting before the no-op", _accounting_on_no_op),
    Tracer("obs-everything", "obs, everything on", _everything),
    Tracer("gevent", "gevent's monitor", _gevent_monitor, MONITOR),
    Tracer("ddtrace-tracing", "ddtrace, tracing", _ddtrace_tracing, needs="ddtrace"),
    Tracer("ddtrace-profiler", "ddtrace, profiler", _ddtrace_profiler, needs="ddtrace"),
)


def named(name: str) -> Tracer:
    """Raises BenchmarkError, which lists them, for no tracer's name."""
    for tracer in TRACERS:
        if tracer.name == name:
            return tracer
    raise BenchmarkError(f"no tracer is called {name!r}; there are {', '.join(tracer.name for tracer in TRACERS)}")
