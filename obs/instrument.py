"""Turns everything on in this process, and exactly off again.

Nothing is imported that the service has not imported: each instrumentation waits for its module and patches it right
after its import, so the order in which a service imports and monkey-patches stays its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import Any, overload

from obs import agent, patches, tracing
from obs.config import Config
from obs.errors import ObsError, fault
from obs.http import flask, servers
from obs.http.endpoints import Endpoints
from obs.http.wsgi import Serving, wrap
from obs.imports import PostImport
from obs.jobs import queues
from obs.jobs import sorts as by_hand
from obs.jobs.sorts import Sorts
from obs.metrics import active, values
from obs.metrics.store import Store
from obs.runtime import parts

Undo = Callable[[], object]


class Process:
    """What is on in this process. The store is opened by the first framework that comes, not by every script."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.imports = PostImport()
        self.undo: list[Undo] = []

    @cached_property
    def store(self) -> Store:
        """This process's metrics, in the run folder from now on."""
        self.undo.insert(0, active.deactivate)  # the last of all: what the others still have to count goes into it
        store = active.activate(self.config, key=_run_key())
        agent.start()
        return store

    @cached_property
    def traced(self) -> Store:
        """The store, once tracing knows the settings: what every Work needs, whoever opens it."""
        store = self.store
        tracing.setup(self.config)
        self.undo.append(tracing.teardown)
        return store

    @cached_property
    def serving(self) -> Serving:
        """What requests go through from now on."""
        serving = Serving(Endpoints(self.traced, self.config))
        self.undo.append(serving.stop)
        return serving

    def sorts(self) -> Sorts:
        """What works opened by hand are counted in, at the first of them."""
        sorts = Sorts(self.traced, self.config)
        tracing.load()  # what the service imports to work with, it has imported by now
        return sorts

    def install(self) -> None:
        parts.install(self.config)
        agent.install(self.config)
        self.undo += [parts.uninstall, agent.uninstall]
        self.imports.install()
        self.undo += [self.imports.uninstall, by_hand.turn_on(self.sorts)]
        for name, turn_on in INSTRUMENTATIONS:
            self.imports.when_imported(name, partial(self._turn_on, turn_on))

    def _turn_on(self, turn_on: Callable[[ModuleType, Process], Undo], module: ModuleType) -> None:
        self.undo.append(turn_on(module, self))

    def uninstall(self) -> None:
        while self.undo:
            try:
                self.undo.pop()()
            except Exception:
                fault("uninstrument")


def _gevent(_module: ModuleType, process: Process) -> Undo:
    parts.install_gevent(process.config)
    return parts.uninstall


def _prometheus_client(module: ModuleType, process: Process) -> Undo:
    return values.install(module, process.store)


def _flask(module: ModuleType, process: Process) -> Undo:
    applied = patches.apply(flask.patches(module, process.serving))
    tracing.load()
    return partial(patches.undo, applied)


def _server(make: Callable[[ModuleType, Serving], list[patches.Patch]], module: ModuleType, process: Process) -> Undo:
    return partial(patches.undo, patches.apply(make(module, process.serving)))


def _queue(ours: str, module: ModuleType, _process: Process) -> Undo:
    """Only patched: its import may be in the middle of ``monkey.patch_all()``, which looks at every object there is, at
    Celery's lazy ones too. What takes time and locks comes when its worker starts, or with the first job.
    """
    return partial(patches.undo, patches.apply(queues.patches(ours, module)))


INSTRUMENTATIONS: tuple[tuple[str, Callable[[ModuleType, Process], Undo]], ...] = (
    ("gevent", _gevent),
    ("prometheus_client", _prometheus_client),
    ("flask", _flask),
    *((name, partial(_server, make)) for name, make in servers.SERVERS),
    *((name, partial(_queue, ours)) for name, ours in queues.QUEUES),
)
"""Each by the module that it waits for."""


class Handle:
    """What :func:`instrument` returns."""

    def __init__(self, process: Process | None) -> None:
        self._process = process

    @property
    def on(self) -> bool:
        """False if a wrong setting kept obs out of this process; the reason is on standard error."""
        return self._process is not None and self._process is _state.process

    def uninstrument(self) -> None:
        """Take every patch back; requests under way are finished as if obs had never been there."""
        if self.on:
            _state.process = None
            self._process.uninstall()  # type: ignore[union-attr]


class _State:
    process: Process | None = None
    """The one that is on: instrumenting twice is instrumenting once."""


_state = _State()


@overload
def instrument() -> Handle: ...
@overload
def instrument(app: Any) -> Any: ...
def instrument(app: Any = None) -> Any:
    """Measure and trace this process.

    Without an argument: everything that is installed, found as it is imported; returns a :class:`Handle`. With a WSGI
    application: that one too; returns what to serve in its place (a Flask application itself). Idempotent. Never
    raises: a setting that can't be used is one line on standard error, and the service runs without obs.
    """
    handle = Handle(_state.process or _start())
    return handle if app is None else _instrument_app(app)


def _start() -> Process | None:
    try:
        process = Process(Config.load())
    except ObsError as error:
        print(f"obs: {error}; this process runs without obs", file=sys.stderr)  # noqa: T201  logging isn't set up yet
        return None
    except Exception:
        fault("instrument")
        return None
    _state.process = process
    try:
        process.install()
    except Exception:
        fault("instrument")
    return process


def _instrument_app(app: Any) -> Any:
    if _state.process is None:
        return app
    try:
        module = sys.modules.get("flask")
        if module is not None and isinstance(app, module.Flask):
            return app  # its class is patched
        return wrap(app, _state.process.serving)
    except Exception:
        fault("instrument")
        return app


def bootstrap() -> None:
    """What ``obs run`` does at the start of every Python process of the service, and ``obs doctor`` too."""
    if reports := os.environ.get("OBS_DOCTOR"):  # also when another setting is wrong
        from obs.runtime.report import watch

        watch(Path(reports))
    instrument()


def _run_key() -> str | None:
    """What the workers of one gunicorn share a run folder by, without ``obs run``: they are forked before the app.

    None for a folder of this process and its children: also for an arbiter that preloads, whose workers inherit it.
    """
    if "gunicorn.arbiter" not in sys.modules:
        return None
    try:
        parent = Path(f"/proc/{os.getppid()}")
        if (parent / "exe").readlink() != Path("/proc/self/exe").readlink():
            return None  # this is the arbiter: its parent is a shell or a supervisor
        started = (parent / "stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None  # no /proc, or not ours to read
    return f"{parent.name}-{started}"
