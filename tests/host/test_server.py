"""The host's HTTP server with every kind of client: good, wrong, slow, gone, too many."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from obs import errors
from obs.host import server as module
from obs.host.routes import PLAIN, Routes, json_app
from obs.host.server import Server


def hello(environ, start_response):
    start_response("200 OK", [PLAIN, ("X-Method", environ["REQUEST_METHOD"])])
    return [b"hello\n"]


def broken(environ, start_response):
    raise ZeroDivisionError


def half(environ, start_response):
    """Fails after it has begun to answer."""
    start_response("200 OK", [PLAIN])
    yield b"half"
    raise ZeroDivisionError


@pytest.fixture
def serve():
    """Starts a Server with more routes; it ends with the test."""
    servers = []

    def start(**apps):
        listener = socket.create_server(("127.0.0.1", 0))
        routes = {"/hello": hello, "/broken": broken, "/half": half, "/json": json_app(lambda: {"a": 1})}
        servers.append(Server(listener, Routes(routes | {f"/{name}": app for name, app in apps.items()})))
        servers[-1].start()
        return servers[-1]

    yield start
    for server in servers:
        end(server)


def end(server: Server) -> None:
    """Shut it down at once: it looks twice a second, and after each connection."""
    ending = threading.Thread(target=server.shutdown)
    ending.start()
    while ending.is_alive():
        connect(server).close()
        ending.join(0.01)
    server.server_close()
    while server._open:
        time.sleep(0.001)


def connect(server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.server_port), timeout=20)


def ask(server, request: bytes) -> tuple[str, dict[str, str], bytes]:
    """``(status line, headers, body)``; all empty if the server just closed."""
    with connect(server) as client:
        client.sendall(request)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return status, dict(line.lower().split(": ", 1) for line in lines), body


def get(server, path: str, method: str = "GET") -> tuple[str, dict[str, str], bytes]:
    return ask(server, f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())


def test_a_path_is_answered_by_its_app(serve):
    status, headers, body = get(serve(), "/hello")
    assert status.endswith("200 OK")
    assert body == b"hello\n"
    assert headers["content-length"] == "6"


def test_a_query_is_no_part_of_the_path(serve):
    assert get(serve(), "/hello?a=b")[2] == b"hello\n"


def test_head_has_the_headers_of_get_and_no_body(serve):
    status, headers, body = get(serve(), "/hello", "HEAD")
    assert status.endswith("200 OK")
    assert (headers["content-length"], headers["x-method"], body) == ("6", "get", b"")


def test_an_unknown_path_is_404_and_says_what_there_is(serve):
    status, _, body = get(serve(), "/nothing")
    assert status.endswith("404 Not Found")
    assert b"/hello" in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_another_method_is_405(serve, method):
    status, headers, _ = get(serve(), "/hello", method)
    assert status.endswith("405 Method Not Allowed")
    assert headers["allow"] == "get, head"


@pytest.mark.parametrize("path", ["/broken", "/half"])
def test_a_fault_is_a_whole_500_and_the_next_request_is_served(serve, path, monkeypatch):
    monkeypatch.setattr(errors, "faults", {})
    server = serve()
    assert get(server, path)[0].endswith("500 Internal Server Error")
    assert errors.faults == {f"http {path}": 1}
    assert get(server, "/hello")[2] == b"hello\n"


def test_json(serve):
    _, headers, body = get(serve(), "/json")
    assert json.loads(body) == {"a": 1}
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", "400"),
        (b"GET /hello HTTP/9.9\r\n\r\n", "505"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", "414"),
        (b"GET /hello HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", "431"),
        (b"GET /hello HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", "431"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "400"),
    ],
    ids=["nonsense", "version", "long path", "long header", "many headers", "TLS"],
)
def test_a_bad_request_is_refused_in_silence(serve, request_, status, capfd):
    server = serve()
    assert status in str(ask(server, request_))
    assert get(server, "/hello")[2] == b"hello\n"
    assert capfd.readouterr() == ("", "")


def test_clients_that_leave_at_any_moment_are_nothing(serve, capfd):
    server = serve()
    for sent in (b"", b"GET", b"GET /hello HTTP/1.1\r\nHost", b"GET /hello HTTP/1.1\r\n\r\n"):
        with connect(server) as client:
            client.sendall(sent)
    assert get(server, "/hello")[2] == b"hello\n"
    assert capfd.readouterr() == ("", "")


def test_a_slow_client_is_shut_and_others_are_served_meanwhile(serve, monkeypatch, capfd):
    server = serve()
    with connect(server) as slow:
        slow.sendall(b"GET /hello HT")
        assert get(server, "/hello")[2] == b"hello\n"
        monkeypatch.setattr(module, "PATIENCE", -1.0)
        received = None
        while received is None:
            server.shut_slow()
            slow.settimeout(0.05)
            try:
                received = slow.recv(1)
            except TimeoutError:
                continue
        assert received == b""
    assert capfd.readouterr() == ("", "")


def test_a_client_that_does_not_read_is_shut(serve, monkeypatch, capfd):
    done = threading.Event()

    def big(environ, start_response):
        start_response("200 OK", [PLAIN])
        return [b"x" * (32 << 20)]

    server = serve(big=big)
    monkeypatch.setattr(server, "close_request", lambda request: (request.close(), done.set()))
    with connect(server) as slow:
        slow.sendall(b"GET /big HTTP/1.1\r\n\r\n")
        slow.recv(1)
        monkeypatch.setattr(module, "PATIENCE", -1.0)
        while not done.wait(0.05):
            server.shut_slow()
    assert capfd.readouterr() == ("", "")


def test_one_connection_too_many_is_closed_and_makes_no_thread(serve):
    server = serve()
    before = threading.active_count()
    held = [connect(server) for _ in range(module.CONNECTIONS)]
    with connect(server) as refused:
        assert refused.recv(1) == b""
    assert threading.active_count() - before <= module.CONNECTIONS
    for client in held:
        client.close()
    while get_or_none(server) is None:  # until the threads have seen it
        pass


def get_or_none(server):
    try:
        return get(server, "/hello")[2] or None
    except ConnectionError:
        return None
