"""A small closed-loop load, which knows exactly how many answers it has got."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.support import DEADLINE


class Load:
    """``clients`` keep-alive connections, each asking for ``path`` again and again until :meth:`stop`."""

    def __init__(self, port: int, path: str, clients: int) -> None:
        self.port, self.path = port, path
        self.answers = 0
        self.lost = 0
        """Requests sent without an answer: the connection broke."""
        self.statuses: dict[int, int] = {}
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._client, daemon=True) for _ in range(clients)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, more: int) -> None:
        """Until so many more answers have come."""
        wanted, deadline = self.answers + more, time.monotonic() + DEADLINE
        while self.answers < wanted:
            assert time.monotonic() < deadline, f"{self.answers} answers, {wanted} wanted, {self.lost} lost"
            time.sleep(0.01)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _client(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self._stop.is_set():
            sent = False
            try:
                connection.connect() if connection.sock is None else None
                connection.request("GET", self.path)
                sent = True
                answer = connection.getresponse()
                answer.read()
                self._count(answer.status)
            except (OSError, http.client.HTTPException):
                connection.close()
                if sent:
                    with self._lock:
                        self.lost += 1
                self._stop.wait(0.01)  # nobody listens for a moment when every worker is down
        connection.close()

    def _count(self, status: int) -> None:
        with self._lock:
            self.answers += 1
            self.statuses[status] = self.statuses.get(status, 0) + 1


@contextmanager
def under_load(port: int, path: str, clients: int = 8) -> Iterator[Load]:
    load = Load(port, path, clients)
    try:
        yield load
    finally:
        load.stop()
