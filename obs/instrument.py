"""Turns everything on in this process, and exactly off again.

Nothing is imported that the service has not imported: each instrumentation waits for its module and patches it right
after its import, so the order in which a service imports and monkey-patches stays its own.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from functools import cached_property, partial
from types import ModuleType
from typing import Any, overload

from obs import errors, patches, tracing
from obs.config import Config
from obs.errors import ObsError, fault
from obs.http import flask, servers
from obs.http.endpoints import Endpoints
from obs.http.wsgi import Serving, wrap
from obs.imports import PostImport
from obs.metrics import active, catalog, garbage, values
from obs.runtime import context

Undo = Callable[[], object]


class Process:
    """What is on in this process. The store is opened by the first framework that comes, not by every script."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.imports = PostImport()
        self.undo: list[Undo] = []

    @cached_property
    def serving(self) -> Serving:
        """Opens the store, starts counting, and serves requests from now on."""
        store = active.activate(self.config, key=_run_key())
        count = partial(_count_fault, store)
        errors.on_fault.append(count)
        garbage.install(store)
        tracing.setup(self.config)
        serving = Serving(Endpoints(store, self.config))
        self.undo += [active.deactivate, partial(errors.on_fault.remove, count), garbage.uninstall, tracing.shutdown]
        self.undo.append(serving.stop)
        return serving

    def install(self) -> None:
        context.install_threads()
        self.undo.append(context.uninstall)
        self.imports.install()
        self.undo.append(self.imports.uninstall)
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


def _gevent(_module: ModuleType, _process: Process) -> Undo:
    context.install_gevent()
    return context.uninstall


def _prometheus_client(module: ModuleType, process: Process) -> Undo:
    values.install(module, process.serving.endpoints.store)
    return partial(values.uninstall, module)


def _flask(module: ModuleType, process: Process) -> Undo:
    applied = patches.apply(flask.patches(module, process.serving))
    tracing.load()
    for app in _living(module.Flask):
        tracing.instrument_flask_app(app)
    return partial(patches.undo, applied)


def _server(make: Callable[[ModuleType, Serving], list[patches.Patch]], module: ModuleType, process: Process) -> Undo:
    return partial(patches.undo, patches.apply(make(module, process.serving)))


INSTRUMENTATIONS: tuple[tuple[str, Callable[[ModuleType, Process], Undo]], ...] = (
    ("gevent", _gevent),
    ("prometheus_client", _prometheus_client),
    ("flask", _flask),
    *((name, partial(_server, make)) for name, make in servers.SERVERS),
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
    _state.process = process
    process.install()
    return process


def _instrument_app(app: Any) -> Any:
    if _state.process is None:
        return app
    try:
        module = sys.modules.get("flask")
        if module is not None and isinstance(app, module.Flask):
            return app  # its class is patched, and it was found by its constructor or by the search for living ones
        tracing.load()
        return wrap(app, _state.process.serving)
    except Exception:
        fault("instrument")
        return app


def bootstrap() -> None:
    """What ``obs run`` does at the start of every Python process of the service."""
    instrument()


def _living(kind: type) -> list[Any]:
    """The instances of ``kind`` made before obs was turned on. Asks for the type itself: proxies answer for others."""
    return [thing for thing in gc.get_objects() if issubclass(type(thing), kind)]


def _run_key() -> str | None:
    """What processes share a run folder without ``obs run``: the workers of one gunicorn, which fork before the app."""
    arbiter = sys.modules.get("gunicorn.arbiter")
    return active.parent_key() if arbiter is not None else None


def _count_fault(store: Any, part: str) -> None:
    store.counter(catalog.OBS_SELF_ERRORS, part).add(1.0)
