"""What a process looks like from inside, for ``obs doctor``.

Only :func:`watch` is called in a service, and only under ``obs doctor``. Nothing is imported that might not be there: a
library that isn't in ``sys.modules`` isn't in the process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, TypedDict

from obs.errors import fault
from obs.runtime.native_threads import Thread, threads
from obs.runtime.patching import Holder, holders, saved

AGENTS = (
    "ddtrace",
    "newrelic",
    "elasticapm",
    "instana",
    "scout_apm",
    "appdynamics",
    "opentelemetry.instrumentation.auto_instrumentation",
)
"""Modules of others that measure requests as obs does. Sentry counts only if it traces: see :func:`agents`."""


class Report(TypedDict):
    """One look at one process."""

    pid: int
    event: str
    """``fork`` (in the parent, right before it) or ``exit``."""
    argv: list[str]
    python: str
    patched: list[str]
    """The modules that gevent has patched, by name."""
    gevent: bool
    holders: list[Holder]
    threads: list[Thread]
    """Native threads beside the one that looks."""
    gunicorn: dict[str, Any] | None
    """``preload`` and ``worker`` of the gunicorn that is forking."""
    agents: list[str]
    grpc: bool
    """Whether grpc is here without its support for gevent."""


def watch(folder: Path) -> None:
    """Write a :class:`Report` into ``folder`` before this process's first fork and at its exit, and in its children."""
    import atexit

    forked: set[int] = set()

    def before_fork() -> None:
        if os.getpid() not in forked:
            forked.add(os.getpid())
            write(folder, "fork")

    os.register_at_fork(before=before_fork)
    atexit.register(write, folder, "exit")


def write(folder: Path, event: str) -> None:
    """Write one report as JSON, whole or not at all. Never raises."""
    import json

    try:
        path = folder / f"{os.getpid()}-{event}.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(report(event)))
        part.rename(path)
    except Exception:
        fault("doctor")


def report(event: str) -> Report:
    """Look at this process. Some 20 ms with a thousand modules: for a doctor, not for a service."""
    return Report(
        pid=os.getpid(),
        event=event,
        argv=list(sys.orig_argv),
        python=sys.version.split()[0],
        patched=sorted(name for name in saved() if not name.startswith("_gevent")),
        gevent="gevent" in sys.modules,
        holders=list(holders()),
        threads=list(threads()),
        gunicorn=gunicorn(sys._getframe()),  # noqa: SLF001  as documented in sys
        agents=list(agents()),
        grpc="grpc" in sys.modules and "grpc.experimental.gevent" not in sys.modules,
    )


def gunicorn(frame: FrameType | None) -> dict[str, Any] | None:
    """How the gunicorn that is forking above ``frame`` is set up; None if none is."""
    while frame is not None:
        if frame.f_globals.get("__name__") == "gunicorn.arbiter" and "self" in frame.f_locals:
            settings = frame.f_locals["self"].cfg
            return {"preload": bool(settings.preload_app), "worker": str(settings.worker_class_str)}
        frame = frame.f_back
    return None


def agents() -> Iterator[str]:
    """The other agents in this process."""
    yield from (name for name in AGENTS if name in sys.modules)
    sentry = sys.modules.get("sentry_sdk")
    if sentry is not None:
        options = getattr(sentry.get_client(), "options", None) or {}
        if options.get("traces_sample_rate") or options.get("traces_sampler"):
            yield "sentry_sdk"
