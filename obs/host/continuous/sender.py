"""Hands windows over to a Pyroscope server: on a thread of its own, a few times at most, and what fails is counted."""

from __future__ import annotations

import http.client
import threading
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from obs.config.profile import Pyroscope
from obs.errors import fault, log
from obs.host.continuous import dropped
from obs.host.continuous.pyroscope import request
from obs.profiling.session import Session

ROOM = 5
"""Windows that may wait: five minutes of them."""

PAUSES = (1.0, 4.0, 16.0)
"""Seconds before each further attempt, if the server gave no answer, or an error of its own."""

RETRIED = frozenset({408, 429, 500, 502, 503, 504})
"""Answers after which it may go well the next time."""

Outcome = Literal["sent", "refused", "failed"]


class NotFollowed(HTTPRedirectHandler):
    """A redirected POST would arrive as a GET, without its body."""

    def redirect_request(self, *_: object) -> None:
        return None


class Sender:
    """Sends what is :meth:`put`."""

    def __init__(
        self,
        server: Pyroscope,
        rate: int,
        opened: Callable[[Request, float], int] | None = None,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        """``rate``: looks a second. ``opened`` sends a request and returns the status, as :func:`post` does."""
        self.counts = {"sent": 0, "dropped": 0}
        """Windows since this host started; the dropped ones are in ``obs_self_dropped_profiles_total`` too."""
        self._server, self._rate = server, rate
        self._post, self._pauses = opened or post, pauses
        self._queue: deque[Session] = deque()
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._in_hand = 0
        self._failing = False
        self._thread = threading.Thread(target=self._work, daemon=True, name="obs-pyroscope")

    def start(self) -> None:
        self._thread.start()

    def put(self, session: Session) -> None:
        """Send it soon; if too many wait, the oldest is dropped."""
        with self._changed:
            if len(self._queue) >= ROOM:
                self._queue.popleft()
                self._drop("queue_full", 1)
            self._queue.append(session)
            self._changed.notify()

    def close(self, deadline: float) -> None:
        """Send what is left, once each, until ``deadline`` (of ``time.monotonic``); the rest is dropped."""
        self._closing.set()
        with self._changed:
            self._changed.notify()
        self._thread.join(max(deadline - monotonic(), 0.0))
        with self._changed:
            left = len(self._queue) + self._in_hand
            self._queue.clear()
        self._drop("shutdown", left)

    def _work(self) -> None:
        while (session := self._next()) is not None:
            try:
                self._note(self._send(request(session, self._server, self._rate)))
            except Exception:
                fault("sending profiles")
                self._drop("failed", 1)
            self._in_hand = 0

    def _next(self) -> Session | None:
        """The next window; None when there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing.is_set())
            if not self._queue:
                return None
            self._in_hand = 1
            return self._queue.popleft()

    def _send(self, message: Request) -> tuple[Outcome, str]:
        """What came of it, and what the server said last."""
        for pause in (*self._pauses, None):
            outcome, said = self._try(message)
            if outcome != "failed" or pause is None or self._closing.wait(pause):
                break
        return outcome, said

    def _try(self, message: Request) -> tuple[Outcome, str]:
        try:
            self._post(message, self._server.timeout)
        except HTTPError as error:
            with error:
                said = f"{error.code} {error.read(200).decode(errors='replace').strip() or error.reason}"
            return ("failed" if error.code in RETRIED else "refused"), said
        except (URLError, OSError, http.client.HTTPException) as error:
            return "failed", str(getattr(error, "reason", error) or type(error).__name__)
        return "sent", ""

    def _note(self, found: tuple[Outcome, str]) -> None:
        """Count it; one line when it begins to fail, and one when it goes well again."""
        outcome, said = found
        if outcome == "sent":
            self.counts["sent"] += 1
        else:
            self._drop(outcome, 1)
        if outcome != "sent" and not self._failing:
            log.warning("obs: %s takes no profiles: %s; they are dropped and counted until it does", self._server, said)
        elif outcome == "sent" and self._failing:
            log.warning("obs: %s takes profiles again", self._server)
        self._failing = outcome != "sent"

    def _drop(self, reason: dropped.Reason, windows: int) -> None:
        self.counts["dropped"] += windows
        dropped.count(reason, windows)


def post(message: Request, timeout: float) -> int:
    """Send it. Raises HTTPError for an answer that isn't a success, a redirection too; OSError for none."""
    with build_opener(NotFollowed).open(message, timeout=timeout) as answer:
        answer.read()
        return int(answer.status)
