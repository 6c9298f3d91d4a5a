"""Asks a process for a window sampled from inside, on a thread of its own, and can tell it to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from obs.errors import ObsError, fault
from obs.host.agents.client import Client
from obs.host.agents.errors import Silent
from obs.profiling.parts import joined
from obs.profiling.session import Session, View

QUIET = 8.0
"""Seconds beyond its time that an answer may take: what is parked is swept in, and what was captured is sent."""

LEAST = 0.3
"""Of the window: who has not answered by then that there is so much of it left, is taken for hung."""


class Asking:
    """One question to one process."""

    def __init__(self, file: Path, pid: int, views: Sequence[View], seconds: float, rate: float) -> None:
        """``file``: the process's metrics, which its socket is beside."""
        self._file, self._pid = file, pid
        self._views, self._rate = list(views), rate
        self._until = monotonic() + seconds
        self._seconds = seconds
        self._stopping = False
        self._client: Client | None = None
        self._session: Session | None = None
        self._error: ObsError = Silent("it does not answer")
        self._thread = threading.Thread(target=self._run, daemon=True, name="obs-profile")
        self._thread.start()

    def end(self) -> None:
        """Tell it to stop, and to send what it has."""
        self._stopping = True
        if self._client is not None:
            self._client.stop()

    def result(self) -> Session:
        """What came of it. Raises ObsError: why there is nothing; :class:`Silent` of a process that hangs."""
        self._thread.join(max(self._until - monotonic(), 0.0) + 2 * QUIET)
        if self._session is None:
            raise self._error
        return self._session

    def _run(self) -> None:
        try:
            with self._connected() as client:
                self._client = client
                self._session = joined(self._answer(client))
        except ObsError as error:
            self._error = error
        except Exception as error:
            fault("obs profile: an agent's answer")
            self._error = ObsError(f"its answer can't be used: {error!r}")

    def _connected(self) -> Client:
        """A process may be blocked just now: it is tried again while there is enough of the window left."""
        while True:
            try:
                return Client(self._file, self._pid)
            except Silent:
                if self._stopping or self._until - monotonic() < LEAST * self._seconds:
                    raise

    def _answer(self, client: Client) -> Iterator[dict[str, Any]]:
        left = max(self._until - monotonic(), 0.01)
        question = {"views": self._views, "seconds": left, "rate": self._rate}
        answer = client.ask("profile", question, quiet=left + QUIET)
        if self._stopping:
            return iter(())
        return answer
