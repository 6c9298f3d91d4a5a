"""What this process gave back of late: Pub/Sub delivers it again, and the message itself can't tell.

A message is the same each time, so nothing can be written on it for its next delivery; and Pub/Sub counts deliveries
only for subscriptions with a dead-letter topic. What comes back to another process has Pub/Sub's count, or none.
"""

from __future__ import annotations

from collections import OrderedDict

MOST = 10_000
"""Messages that are remembered: a poisoned message comes back within seconds, or minutes with a retry policy."""


class Attempts:
    """By subscription and message: how often it was delivered here, and the ``traceparent`` of the last time."""

    def __init__(self) -> None:
        self._given_back: OrderedDict[tuple[str, str], tuple[int, str]] = OrderedDict()

    def given_back(self, subscription: str, message_id: str, attempt: int, traceparent: str) -> None:
        """It was delivered, for the ``attempt``-th time, and not acknowledged."""
        self._given_back[subscription, message_id] = (attempt, traceparent)
        if len(self._given_back) > MOST:
            self._given_back.popitem(last=False)

    def before(self, subscription: str, message_id: str) -> tuple[int, str]:
        """``(attempt, traceparent)`` of its last delivery here, forgotten by this; ``(0, "")`` if it had none."""
        if not self._given_back:
            return 0, ""
        return self._given_back.pop((subscription, message_id), (0, ""))
