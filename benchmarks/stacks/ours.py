"""obs, everything on, as ``obs run`` starts it: before Flask is imported, and around what a server calls."""

from __future__ import annotations

import sys
from typing import cast

from benchmarks.harness import BenchmarkError
from benchmarks.stacks.stack import Application


def build() -> Application:
    import obs

    if not obs.instrument().on:
        raise BenchmarkError("obs is off in this process: what it measures would be bare")
    from benchmarks.stacks.app import create_app

    return taken_up(obs.instrument(create_app()))


def check() -> None:
    """Raises BenchmarkError if a part of obs failed in this process: what fails at once is cheap."""
    errors = sys.modules.get("obs.errors")
    if errors is not None and errors.faults:
        raise BenchmarkError(f"obs failed in {', '.join(errors.faults)}; its log says why")


def taken_up(app: Application) -> Application:
    """What a server that takes ``app`` up calls: obs wraps it there, outside of Flask. The server is Python's own."""
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

    server = WSGIServer(("127.0.0.1", 0), WSGIRequestHandler, bind_and_activate=False)
    server.set_app(app)
    server.server_close()
    return cast("Application", server.get_app())
