"""Clients of a program: threads, each with a connection that it keeps."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from profiles.gallery import Clients


@contextmanager
def load(port: int, clients: Sequence[Clients]) -> Iterator[list[int]]:
    """They ask until the end of the block. Gives a list with the statuses of the answers, which grows."""
    over, statuses = threading.Event(), list[int]()
    threads = [
        threading.Thread(target=ask, args=(port, of, statuses, over), daemon=True)
        for of in clients
        for _ in range(of.number)
    ]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join()


def ask(port: int, clients: Clients, statuses: list[int], over: threading.Event) -> None:
    """One of the clients. A connection that breaks is made again: servers close them now and then."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = None if clients.body is None else json.dumps(clients.body)
    headers = {"Content-Type": "application/json"} if body else {}
    for number in count(1):
        try:
            connection.request(clients.method, clients.path.format(n=number % 100), body, headers)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        except (OSError, http.client.HTTPException):
            connection.close()
        if over.wait(clients.pause):
            break
    connection.close()
