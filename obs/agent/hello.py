"""``hello``: who answers."""

from __future__ import annotations

import os
import sys

from obs.agent.operation import Answer, Request
from obs.agent.wire import VERSION
from obs.metrics.identity import pid_namespace, start_ticks


class Hello:
    """One part: the process, its versions, and what else it can be asked."""

    name = "hello"

    def answer(self, request: Request) -> Answer:
        yield {
            "version": VERSION,
            "pid": os.getpid(),
            "started": start_ticks("self"),
            "namespace": pid_namespace(),
            "command": sys.orig_argv[:20],
            "python": sys.version.split()[0],
            "implementation": sys.implementation.name,
            "versions": {name: version for name in ("gevent", "greenlet") if (version := _version(name))},
            "operations": request.known,
        }


def _version(name: str) -> str:
    return str(getattr(sys.modules.get(name), "__version__", ""))
