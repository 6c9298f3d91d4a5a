"""Endpoints of a process without obs, by the frames with which frameworks call the service's code.

A label is exact; this is the next best: the function that a framework's dispatching frame calls. Two routes with one
view function are one, and what a framework does before it dispatches is its server's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from obs.profiling.origins import of_file
from obs.profiling.session import Frame


class Dispatch(NamedTuple):
    """A framework's function that calls the service's code."""

    framework: str
    package: str
    """Whose frames below it are passed over."""
    file: str
    """The end of its file's path."""
    functions: tuple[str, ...]
    """The last part of its name."""


SERVERS = (
    Dispatch("gunicorn", "gunicorn", "/gunicorn/workers/base_async.py", ("handle_request",)),
    Dispatch("gunicorn", "gunicorn", "/gunicorn/workers/sync.py", ("handle_request",)),
    Dispatch("gunicorn", "gunicorn", "/gunicorn/workers/gthread.py", ("handle_request",)),
    Dispatch("gevent", "gevent", "/gevent/pywsgi.py", ("run_application",)),
    Dispatch("werkzeug", "werkzeug", "/werkzeug/serving.py", ("execute", "run_wsgi")),
)
"""They call a framework, or a WSGI application that uses none."""

DISPATCHES = (
    Dispatch("flask", "flask", "/flask/app.py", ("dispatch_request",)),
    Dispatch("django", "django", "/django/core/handlers/base.py", ("_get_response",)),
    Dispatch("celery", "celery", "/celery/app/trace.py", ("trace_task",)),
    Dispatch("rq", "rq", "/rq/worker.py", ("perform_job",)),
    Dispatch("rq", "rq", "/rq/worker/base.py", ("perform_job",)),
    Dispatch("rq", "rq", "/rq/job.py", ("_execute",)),
    Dispatch("dramatiq", "dramatiq", "/dramatiq/worker.py", ("process_message",)),
    Dispatch("huey", "huey", "/huey/api.py", ("_execute", "execute")),
    *SERVERS,
)
"""The innermost that has called something counts."""

LIBRARIES = ("flask", "django", "werkzeug", "gevent", "gunicorn")
"""What a server calls in these has not come to the service's code yet, or has left it."""

WRAPPERS = ("wrapper", "wrapped", "decorated", "inner", "_wrapper", "decorator", "decorated_function", "decorated_view")
"""As people name what a decorator puts around a view."""


def endpoint(stack: Sequence[Frame]) -> tuple[str, str]:
    """``(work, framework)`` of a stack, the outermost frame first; ``("", "")`` if no framework has called anything."""
    for at in range(len(stack) - 1, -1, -1):
        dispatch = dispatch_of(stack[at])
        if dispatch is not None:
            called = called_by(dispatch, stack[at + 1 :])
            if called is not None:
                return name(called), dispatch.framework
    return "", ""


def dispatch_of(frame: Frame) -> Dispatch | None:
    function = last(frame.function)
    return next((one for one in DISPATCHES if function in one.functions and frame.file.endswith(one.file)), None)


def called_by(dispatch: Dispatch, inner: Sequence[Frame]) -> Frame | None:
    """The first frame that is not the framework's own, nor a decorator's around such a one, nor Python's."""
    own = [frame for frame in inner if f"/{dispatch.package}/" not in frame.file and of_file(frame.file) != "python"]
    if dispatch in SERVERS and own and any(f"/{library}/" in own[0].file for library in LIBRARIES):
        return None
    return next((frame for frame in own if last(frame.function) not in WRAPPERS), own[0] if own else None)


def name(frame: Frame) -> str:
    """``show (app/users.py)``: the last two parts of the path tell two of one name apart."""
    return f"{frame.function} ({'/'.join(frame.file.rsplit('/', 2)[-2:])})"


def last(function: str) -> str:
    return function.rpartition(".")[2]
