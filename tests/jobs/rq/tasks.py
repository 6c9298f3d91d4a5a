"""The jobs of RQ's tests: workers import this as ``tasks``."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import obs


def notify(user: str) -> str:
    return f"told {user}"


def fails() -> None:
    raise ValueError("no such user")


def sleeps(seconds: float = 60) -> None:
    time.sleep(seconds)


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leaves() -> None:
    os._exit(0)


def asks_again(most: int) -> Any:
    from rq import Retry

    return Retry(max=most)


def enqueues(url: str, queue: str = "default") -> None:
    """Another job, as jobs do."""
    from redis import Redis
    from rq import Queue

    Queue(queue, connection=Redis.from_url(url)).enqueue(notify, "b")


def stack(path: str) -> None:
    """Whose frames are above."""
    Path(path).write_text("\n".join(frame.name for frame in traceback.extract_stack()))


def works(path: str) -> None:
    """Whose Work is current."""
    work = obs.current()
    Path(path).write_text("none" if work is None else f"{work.kind} {work.name}")


def called_back(job: Any, connection: Any, *args: Any) -> None:
    Path(job.meta["path"]).write_text(repr(obs.current() and obs.current().name))


class Sender:
    def send(self, user: str) -> str:
        return f"sent to {user}"


def imported() -> list[str]:
    return sorted(sys.modules)
