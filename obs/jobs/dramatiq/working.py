"""One delivery of a Dramatiq message: from a worker thread's taking it up to just before it is acknowledged."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from obs.errors import fault
from obs.jobs import outcomes
from obs.jobs.delivery import Delivery, deliver, finish
from obs.jobs.dramatiq.message import read
from obs.labels import hide_frame

_ATTRIBUTE = "_obs_running"


class Running:
    """A delivery, and what is seen of it while Dramatiq works on it."""

    __slots__ = ("delivery", "error", "retried", "skipped")

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.error: BaseException | None = None
        """What has escaped the actor."""
        self.retried = False
        """Whether it was enqueued once more."""
        self.skipped = False
        """Whether a middleware has kept it from the actor."""


def running(message: Any) -> Running | None:
    """Of a message that is worked on here; None of any other."""
    found = getattr(message, "__dict__", {}).get(_ATTRIBUTE)
    return found if isinstance(found, Running) else None


def begin(message: Any) -> Running | None:
    """Open its Work. None while obs is off, or if it fails."""
    try:
        delivery = deliver(read(message))
        if delivery is None:
            return None
        made = message.__dict__[_ATTRIBUTE] = Running(delivery)
    except Exception:
        fault("dramatiq: the beginning of a message")
        return None
    return made


class Working:
    """What is put around Dramatiq's own methods."""

    def __init__(self, dramatiq: ModuleType) -> None:
        middleware = dramatiq.middleware
        self._means = {
            middleware.SkipMessage: outcomes.REJECTED,
            middleware.TimeLimitExceeded: outcomes.TIMED_OUT,
            middleware.Shutdown: outcomes.KILLED,
        }

    def process_message(self, original: Any) -> Any:
        """Around all that a worker thread does for a message: its middleware is inside."""

        def process_message(thread: Any, message: Any) -> Any:
            one = begin(message)
            if one is None:
                return original(thread, message)
            try:
                return one.delivery.sort.label(original, thread, message)
            except BaseException as error:
                hide_frame(error)
                one.error = one.error or error
                raise
            finally:
                self._end(message, one)

        return process_message

    def post_process_message(self, original: Any) -> Any:
        """Around the acknowledgement, which waits for a broker that is down: it is over before."""

        def post_process_message(consumer: Any, message: Any) -> Any:
            one = running(message)
            if one is not None:
                self._end(message, one)
            return original(consumer, message)

        return post_process_message

    def stuff_exception(self, original: Any) -> Any:
        """Around what keeps the exception of a message: Dramatiq forgets it before it is done."""

        def stuff_exception(message: Any, exception: Any) -> Any:
            one = running(message)
            if one is not None:
                one.error = exception
            return original(message, exception)

        return stuff_exception

    def emit_after(self, original: Any) -> Any:
        """Around the signals: one says that a message was skipped."""

        def emit_after(broker: Any, signal: Any, *args: Any, **kwargs: Any) -> Any:
            if signal == "skip_message" and args and (one := running(args[0])) is not None:
                one.skipped = True
            return original(broker, signal, *args, **kwargs)

        return emit_after

    def _end(self, message: Any, one: Running) -> None:
        if one.delivery.ended:
            return  # before its acknowledgement
        try:
            finish(one.delivery, one.error, self.outcome(message, one))
            one.error = None  # its frames hold what the actor held
        except Exception:
            fault("dramatiq: the end of a message")

    def outcome(self, message: Any, one: Running) -> str:
        """How it ended."""
        if one.error is None:
            return outcomes.REJECTED if one.skipped or message.failed else outcomes.OK
        for kind, outcome in self._means.items():
            if isinstance(one.error, kind):
                return outcome
        return outcomes.RETRIED if one.retried else outcomes.FAILED
