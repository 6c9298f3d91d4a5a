"""What becomes of a delivery, by the signals that Huey sends about its task meanwhile."""

from __future__ import annotations

from typing import Any

from obs.jobs.delivery import Delivery, finish
from obs.jobs.outcomes import FAILED, KILLED, OK, OUTCOMES, REJECTED, RETRIED, TIMED_OUT

RUN = "_obs_run"
"""The attribute of a task that holds its :class:`Run` while a worker has it in hand."""

SIGNALS = {
    "error": FAILED,
    "retrying": RETRIED,
    "canceled": REJECTED,
    "expired": REJECTED,
    "locked": REJECTED,
    "rate-limited": REJECTED,
    "revoked": REJECTED,
    "timeout": TIMED_OUT,
    "interrupted": KILLED,
}
"""What Huey's signals say of the end: https://huey.readthedocs.io/en/latest/signals.html. The others say nothing."""


class Run:
    """One delivery, and what is known of its end so far."""

    __slots__ = ("around", "attempt", "delivery", "error", "outcome")

    def __init__(self, delivery: Delivery, attempt: int, around: Run | None) -> None:
        self.delivery = delivery
        self.attempt = attempt
        self.around = around
        """That of the same task which is under way already: it sends itself again where Huey runs it at once."""
        self.outcome = OK
        self.error: BaseException | None = None

    def told(self, outcome: str, details: tuple[Any, ...]) -> None:
        """A signal says so, with ``details``. An interruption is the end: the worker may not come to say more."""
        self.outcome = max(self.outcome, outcome, key=OUTCOMES.index)
        if details and isinstance(details[0], BaseException):
            self.error = details[0]
        if outcome == KILLED:
            self.finish()

    def finish(self, error: BaseException | None = None) -> None:
        """Close it as it ended; ``error`` has escaped from Huey itself."""
        outcome = self.outcome if error is None else KILLED if kills(error) else ""
        finish(self.delivery, error or self.error, outcome)


def kills(error: BaseException) -> bool:
    """Whether ``error`` means that somebody has ended the worker, and not that the task went wrong."""
    return isinstance(error, KeyboardInterrupt) or type(error).__name__ == "GreenletExit"
