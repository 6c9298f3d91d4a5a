"""RQ jobs whose worker has vanished: another worker finds them when their time is up, in its maintenance."""

from __future__ import annotations

from typing import Any

from obs.errors import fault
from obs.jobs.delivery import lost
from obs.jobs.rq.message import unread


def execute_failure_callback(abandoned: type[BaseException], original: Any) -> Any:
    """Around what is done first for each job that failed, abandoned ones included."""

    def execute_failure_callback(job: Any, penalty: Any, *exc_info: Any, **kwargs: Any) -> Any:
        try:
            if exc_info and exc_info[0] is abandoned:
                lost(unread(job))
        except Exception:
            fault("rq: an abandoned job")
        return original(job, penalty, *exc_info, **kwargs)

    return execute_failure_callback
