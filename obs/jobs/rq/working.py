"""One delivery of an RQ job in the process that runs it: a worker, its child, or who calls a synchronous queue."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from obs.errors import fault
from obs.jobs import outcomes
from obs.jobs.delivery import Delivery, deliver, finish, leaving
from obs.jobs.rq import horse
from obs.jobs.rq.carried import carried, carry
from obs.jobs.rq.message import read
from obs.labels import hide_frame


class Running:
    """A delivery, and what has escaped the job, which RQ keeps to itself."""

    __slots__ = ("delivery", "error")

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.error: BaseException | None = None


def begin(job: Any, worker: Any = None) -> Running | None:
    """Open its Work. None while obs is off, or if it fails."""
    try:
        delivery = deliver(read(job))
        if delivery is None:
            return None
        bears = carried(job) or carry(job, {})
        bears.running = running = Running(delivery)
        if worker is not None and worker.is_horse:
            horse.say(horse.BEGUN)
    except Exception:
        fault("rq: the beginning of a job")
        return None
    return running


def note(job: Any, error: BaseException | None) -> None:
    """``error`` has escaped it."""
    found = carried(job)
    if found is not None and found.running is not None:
        found.running.error = error


class Working:
    """What is put around RQ's own methods."""

    def __init__(self, rq: ModuleType) -> None:
        self._asks_again = rq.job.Retry
        self._interrupts = {
            rq.timeouts.BaseTimeoutException: outcomes.TIMED_OUT,
            rq.exceptions.ShutDownImminentException: outcomes.KILLED,
        }

    def perform_job(self, original: Any) -> Any:
        """Around all that a worker does for a job: its function, its callbacks, and what Redis is told of it."""

        def perform_job(worker: Any, job: Any, *args: Any, **kwargs: Any) -> Any:
            running = begin(job, worker)
            if running is None:
                return original(worker, job, *args, **kwargs)
            try:
                done = running.delivery.sort.label(original, worker, job, *args, **kwargs)
            except BaseException as error:
                hide_frame(error)
                self._end(worker, job, running, error)
                raise
            self._end(worker, job, running, running.error, done=bool(done))
            return done

        return perform_job

    def run_sync(self, original: Any) -> Any:
        """Around a job of a queue that is no queue: ``is_async=False``."""

        def run_sync(queue: Any, job: Any, *args: Any, **kwargs: Any) -> Any:
            running = begin(job)
            if running is None:
                return original(queue, job, *args, **kwargs)
            try:
                result = running.delivery.sort.label(original, queue, job, *args, **kwargs)
            except BaseException as error:
                hide_frame(error)
                finish(running.delivery, error)
                raise
            finish(running.delivery, running.error)
            return result

        return run_sync

    def run_job(self, original: Any) -> Any:
        """Around its function alone: what escapes it is noted."""

        def run_job(queue: Any, job: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return original(queue, job, *args, **kwargs)
            except BaseException as error:
                hide_frame(error)
                note(job, error)
                raise

        return run_job

    def handle_exception(self, original: Any) -> Any:
        """Around what RQ calls for each job that failed in a worker."""

        def handle_exception(worker: Any, job: Any, *exc_info: Any) -> Any:
            if len(exc_info) > 1:
                note(job, exc_info[1])
            return original(worker, job, *exc_info)

        return handle_exception

    def _end(self, worker: Any, job: Any, running: Running, error: BaseException | None, *, done: bool = False) -> None:
        try:
            finish(running.delivery, error, self.outcome(job, error, done=done))
            running.error = None  # its frames hold what the job held
            if worker.is_horse:
                horse.say(horse.COUNTED)
                leaving()
        except Exception:
            fault("rq: the end of a job")

    def outcome(self, job: Any, error: BaseException | None, *, done: bool) -> str:
        """How it ended: ``done`` is what RQ says, and also of a job that has returned ``Retry``."""
        if error is not None:
            for interrupt, outcome in self._interrupts.items():
                if isinstance(error, interrupt):
                    return outcome
        status = job.get_status(refresh=False)
        if done and (status == "finished" or not isinstance(job._result, self._asks_again)):  # noqa: SLF001  it fetches
            return outcomes.OK
        return outcomes.FAILED if status == "failed" else outcomes.RETRIED
