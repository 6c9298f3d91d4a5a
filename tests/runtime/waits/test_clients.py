"""What real ways to wait, and real clients, are said to wait for, with gevent patched."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest


def agrees(said: dict[str, list[str]]) -> None:
    assert {name: found for name, (_, found) in said.items()} == {name: on for name, (on, _) in said.items()}


def test_gevents_own_ways(target):
    agrees(target("gevent"))


def test_gevents_own_ways_where_it_is_not_compiled(target, monkeypatch):
    monkeypatch.setenv("PURE_PYTHON", "1")
    agrees(target("gevent"))


@pytest.mark.parametrize("client", ["http", "pymysql", "psycopg", "sqlalchemy", "pymemcache", "redis"])
def test_a_client(target, client):
    agrees(target("clients", client))


@pytest.mark.parametrize("server", ["pywsgi", "gunicorn"])
def test_the_client_of_a_server(target, server):
    agrees(target("clients", server))


@pytest.fixture
def redis_port() -> Iterator[str]:
    """The port of a Redis of this test."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("redis-server is missing")
        pytest.skip("redis-server is missing")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    server = subprocess.Popen([program, "--port", port, "--save", "", "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL)
    try:
        until_it_listens(int(port))
        yield port
    finally:
        server.kill()
        server.wait()


def until_it_listens(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.mark.real
def test_redis_its_locks_and_its_pool(target, redis_port):
    agrees(target("clients", "real_redis", redis_port))
