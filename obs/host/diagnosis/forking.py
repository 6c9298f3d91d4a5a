"""What is open as the service forks?"""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation
from obs.runtime.report import Report


def forking(situation: Situation) -> Iterator[Finding]:
    """Threads that a fork loses, and gunicorn's preload."""
    for report in situation.trial.reports if situation.trial else ():
        if report["event"] == "fork":
            yield from threads(report)
            yield from preload(report)


def threads(report: Report) -> Iterator[Finding]:
    """A child has none of its parent's threads, and all of the locks that they held."""
    names = sorted({f"{thread['name']} {thread['where']}".strip() for thread in report["threads"]})
    if names:
        yield Finding(
            "error",
            "threads run as the service forks: a child has none of them, and what they had locked stays locked in it",
            f"process {report['pid']} had the threads {', '.join(names[:5])}",
            "start exporters, clients and pools after the fork (gunicorn: in post_fork, or without preload_app)",
        )


def preload(report: Report) -> Iterator[Finding]:
    """gunicorn patches in the worker, after the preloaded application has imported everything."""
    gunicorn = report["gunicorn"]
    if gunicorn and gunicorn["preload"] and "gevent" in gunicorn["worker"] and not report["patched"]:
        yield Finding(
            "error",
            "gunicorn preloads the application before its gevent worker patches: what it imported is unpatched",
            f"preload_app with worker class {gunicorn['worker']}, and nothing was patched at the fork",
            "put `from gevent import monkey; monkey.patch_all()` at the top of gunicorn.conf.py, or leave out preload",
        )
