"""A Celery application and its worker in one thread: what a worker does for a task, without its event loop.

Broker, message, request, acknowledgement and the task's tracer are Celery's own, so whatever hooks into any of them
does here what it does in a worker. Results are ignored, as in most services with many tasks.
"""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.app.trace import setup_worker_optimizations
from celery.concurrency.solo import TaskPool
from celery.worker import state
from celery.worker.request import Request, create_request_cls

app = Celery("benchmark", broker="memory://", task_ignore_result=True, task_default_queue="push")
app.conf.worker_hijack_root_logger = False


@app.task(name="push.notify")  # type: ignore[untyped-decorator]  # Celery has no annotations
def notify(user: int) -> int:
    return user + 1


class Worker:
    """Sends a task at each :meth:`send`, and works on the next at each :meth:`work`."""

    def __init__(self) -> None:
        from celery.app.trace import build_tracer  # not before: who patches it has done so by now

        setup_worker_optimizations(app, "benchmark")
        for name, task in app.tasks.items():
            task.__trace__ = build_tracer(name, task, app.loader, "benchmark", app=app)
        self.pool: Any = TaskPool(1, app=app)
        self.pool.start()
        self.request: Any = create_request_cls(Request, notify, self.pool, "benchmark", None, app=app)
        self.connection = app.connection()
        self.queue = self.connection.SimpleQueue("push")
        self.last: dict[str, Any] = {}
        """What the worker knew of the task that it had last."""

    @property
    def done(self) -> int:
        """How many tasks have ended well."""
        return int(state.total_count.get("push.notify", 0))

    def send(self) -> None:
        notify.delay(1)

    def work(self) -> None:
        message = self.queue.get(timeout=5)
        request = self.request(
            message, on_ack=message.ack_log_error, on_reject=message.reject_log_error, app=app, task=notify
        )
        self.last = request.request_dict
        state.task_reserved(request)
        request.execute_using_pool(self.pool)
