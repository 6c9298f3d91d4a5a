"""RQ's work horse: a child that runs one job, forked or spawned by a worker who only watches.

The child counts its job itself. What the worker must know is whether it began and came to that before it died: the
child writes a byte for each into a pipe. One without obs writes nothing, and the worker believes RQ alone.
"""

from __future__ import annotations

import os
from time import perf_counter
from typing import Any

from obs.errors import fault
from obs.jobs import outcomes
from obs.jobs.delivery import ended_elsewhere, expect_child, forked
from obs.jobs.rq.carried import Carried, carried
from obs.jobs.rq.message import unread
from obs.labels import hide_frame

VARIABLE = "RQ_OBS_PIPE"
"""Tells a spawned child the worker's process id and the pipe: ``PID:FD``. Beside RQ's own: it is no setting."""
GRACE = 60
"""Seconds over its timeout after which RQ kills a child that doesn't stop by itself (``monitor_work_horse``)."""


class Pipe:
    """From the child to the worker. One for each job, since a dead child's must not be read for the next."""

    reading: int = -1
    writing: int = -1

    def open(self) -> None:
        self.close()
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)

    def close(self) -> None:
        for end in (self.reading, self.writing):
            if end >= 0:
                os.close(end)
        self.reading = self.writing = -1

    def read(self) -> bytes:
        """What the child has said so far."""
        try:
            return os.read(self.reading, 2)
        except BlockingIOError:
            return b""


BEGUN, COUNTED = b"b", b"c"
_pipe = Pipe()


def say(word: bytes) -> None:
    """In the child: the job has begun, or is counted. Never raises."""
    try:
        end = _pipe.writing if _pipe.writing >= 0 else _inherited()
        if end >= 0:
            os.write(end, word)
    except OSError:
        fault("rq: the word of a work horse")


def _inherited() -> int:
    """The pipe's end in a spawned child; -1 in any other process."""
    worker, _, end = os.environ.get(VARIABLE, "").partition(":")
    return int(end) if worker == str(os.getppid()) and end.isdigit() else -1


def fork_work_horse(spawning: Any, original: Any) -> Any:
    """Around the making of the child, which doesn't return in a forked one; workers of class ``spawning`` fork none."""

    def fork_work_horse(worker: Any, job: Any, *args: Any, **kwargs: Any) -> Any:
        spawns = isinstance(worker, spawning)
        _prepare(job, spawns=spawns)
        try:
            result = original(worker, job, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            _made(spawns=spawns, failed=True)
            raise
        _made(spawns=spawns)
        return result

    return fork_work_horse


def _prepare(job: Any, *, spawns: bool) -> None:
    try:
        _pipe.open()
        if spawns:
            os.set_inheritable(_pipe.writing, True)  # noqa: FBT003  its signature
            os.environ[VARIABLE] = f"{os.getpid()}:{_pipe.writing}"
        else:
            expect_child(unread(job))
    except Exception:
        fault("rq: what a work horse will need")


def _made(*, spawns: bool, failed: bool = False) -> None:
    if spawns:
        os.environ.pop(VARIABLE, None)
    else:
        forked(failed=failed)


def monitor_work_horse(original: Any) -> Any:
    """Around the worker's wait for its child."""

    def monitor_work_horse(worker: Any, job: Any, *args: Any, **kwargs: Any) -> Any:
        bore, ended, began = carried(job), job.ended_at, perf_counter()
        try:
            return original(worker, job, *args, **kwargs)
        except BaseException as error:
            hide_frame(error)
            raise
        finally:
            _ended(worker, job, bore, perf_counter() - began, died=job.ended_at is not ended)

    return monitor_work_horse


def _ended(worker: Any, job: Any, bore: Carried | None, seconds: float, *, died: bool) -> None:
    """Count the job if its child can't any more, and hasn't. ``died``: RQ says that the child did."""
    try:
        if _pipe.reading < 0 or lives(worker.horse_pid):
            return
        said = _pipe.read()
        if COUNTED not in said and (BEGUN in said or died):
            ended_elsewhere(unread(job, bore), seconds, _outcome(job, seconds))
        _pipe.close()
    except Exception:
        fault("rq: the end of a work horse")


def _outcome(job: Any, seconds: float) -> str:
    if job.get_status(refresh=False) == "finished":
        return outcomes.OK  # it had told Redis
    over = isinstance(job.timeout, int) and 0 < job.timeout + GRACE <= seconds
    return outcomes.TIMED_OUT if over else outcomes.KILLED


def lives(pid: int) -> bool:
    """Whether the worker left the child alone and running, in an error of its own. 0: it has waited for it."""
    if not pid:
        return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
