"""What a service answers is, byte for byte, what it answers without obs."""

from __future__ import annotations

import sys

import pytest

from tests.integration.requests_of_zoo import REQUESTS
from tests.integration.support import exchange, free_port, gunicorn, running, under_obs, without_date

SERVERS = {
    "gunicorn gevent": lambda port: gunicorn("zoo:app", port, "gevent"),
    "gunicorn gthread": lambda port: gunicorn("zoo:app", port, "gthread"),
    "gunicorn sync": lambda port: gunicorn("zoo:app", port, "sync"),
    "gevent.pywsgi": lambda port: [sys.executable, "zoo.py", str(port)],
}


def answers(command: list[str], port: int, **env: str) -> list[bytes]:
    with running(command, port, {"PYTHONHASHSEED": "0", **env}):  # the order of methods in Allow
        return [without_date(exchange(port, request)) for request in REQUESTS]


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("ratio", ["0", "1"])
def test_two_hundred_requests_are_answered_byte_for_byte_the_same(server: str, ratio: str) -> None:
    port = free_port()
    bare = answers(SERVERS[server](port), port)
    observed = answers(under_obs(SERVERS[server](port), free_port()), port, OBS_TRACE_RATIO=ratio)
    for request, expected, got in zip(REQUESTS, bare, observed, strict=True):
        assert got == expected, request.split(b"\r\n")[0]
