"""What a Work that is recorded has to tell on its way. For a ``work.span`` only: whoever calls looks first."""

from __future__ import annotations

from typing import Any

from obs.errors import fault
from obs.tracing.gate import recorder
from obs.work import Work


def respond(work: Work, status: str, headers: list[tuple[str, str]]) -> None:
    """It answers: right before the server's ``start_response(status, headers)``, whose headers a hook may add to."""
    _tell("respond", work, status, headers)


def failed(work: Work, error: BaseException) -> None:
    """``error`` has escaped its handler, also if a framework makes an answer of it."""
    _tell("failed", work, error)


def enter_flask(work: Work, app: Any) -> None:
    """Flask's ``app`` is about to dispatch it: before ``full_dispatch_request``."""
    _tell("enter_flask", work, app)


def leave_flask(work: Work) -> None:
    """The end of what :func:`enter_flask` began, in the same greenlet, however the dispatch ended."""
    _tell("leave_flask", work)


def _tell(what: str, work: Work, *details: Any) -> None:
    try:
        listener = recorder()
        if listener is not None and work.span is not None:
            getattr(listener, what)(work, *details)
    except Exception:
        fault(f"tracing: {what}")
