"""How long a request has waited in its socket."""

from __future__ import annotations

import io
import socket
import sys
import time

import pytest

from obs.http.arrival import queued_ns

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
TICK = 10_000_000
"""ns: the kernel's at 100 Hz."""


@pytest.fixture
def connection():
    """Both ends: the client's, and the server's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        served, _ = server.accept()
        with client, served:
            yield client, served


def test_it_is_the_time_since_the_last_bytes_came(connection):
    client, served = connection
    client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    served.recv(100, socket.MSG_PEEK)
    came = time.perf_counter_ns()
    time.sleep(0.05)  # the kernel's clock has no other hand to turn
    environ = {"gunicorn.socket": served}
    before = time.perf_counter_ns()
    waited = queued_ns(environ)
    after = time.perf_counter_ns()
    assert before - came - TICK <= waited <= after - came + TICK
    client.sendall(b"x")
    served.recv(100)
    assert queued_ns(environ) < waited


def test_gevents_socket_and_pywsgis_input_lead_to_the_same(connection):
    client, served = connection
    client.sendall(b"GET / HTTP/1.1\r\n\r\n")
    served.recv(100, socket.MSG_PEEK)
    time.sleep(0.05)

    class Gevents:
        _sock = served

    class Input:
        rfile = served.makefile("rb")

    assert queued_ns({"gunicorn.socket": Gevents()}) > 0
    assert queued_ns({"wsgi.input": Input()}) > 0
    Input.rfile.close()


@pytest.mark.parametrize("environ", [{}, {"wsgi.input": io.BytesIO()}, {"gunicorn.socket": object()}])
def test_without_a_socket_nobody_can_tell(environ):
    assert queued_ns(environ) == 0


def test_a_unix_socket_and_a_closed_one_keep_no_such_time(connection):
    one, other = socket.socketpair()
    with one, other:
        assert queued_ns({"gunicorn.socket": one}) == 0
    assert queued_ns({"werkzeug.socket": one}) == 0
