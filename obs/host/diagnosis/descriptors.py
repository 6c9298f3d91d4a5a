"""May enough files be open?"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation

ENOUGH = 4096
"""gunicorn lets a gevent worker have 1,000 connections, each with one to a database or another service beside it."""


def descriptors(_situation: Situation, limit: Callable[[], tuple[int, int]] | None = None) -> Iterator[Finding]:
    """The limit of open files, which the service inherits."""
    soft, hard = (limit or (lambda: resource.getrlimit(resource.RLIMIT_NOFILE)))()
    if soft != resource.RLIM_INFINITY and soft < ENOUGH:
        raisable = hard == resource.RLIM_INFINITY or hard >= ENOUGH
        yield Finding(
            "warning",
            "few files may be open: at that many connections the service can't accept another",
            f"the limit is {soft}" + (f", and may be raised to {hard}" if raisable else f", at most {hard}"),
            f"ulimit -n {ENOUGH} before the start; systemd: LimitNOFILE; docker: --ulimit nofile",
        )
