"""Keep-alive clients in a closed loop: each sends its next request the moment it has an answer, and times that.

wrk does the same but reports latencies that nobody had: it corrects them for coordinated omission.

``python -m benchmarks.accounting.clients PORT CONNECTIONS SECONDS`` prints every latency, in µs, as one line of JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
from contextlib import ExitStack
from time import perf_counter_ns

from benchmarks.harness import BenchmarkError
from benchmarks.stacks.calls import REQUESTS, Request


class Client:
    """One connection, which asks for the same again and again."""

    def __init__(self, port: int, request: Request) -> None:
        """Connected, with one request answered: so it knows the answer's size."""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = _bytes(request)
        self.sent = self.left = 0
        self.size = self._first()
        self.socket.setblocking(False)

    def _first(self) -> int:
        """Raises BenchmarkError for an answer that is none."""
        self.socket.sendall(self.request)
        answer = b""
        while (head := answer.find(b"\r\n\r\n")) < 0:
            answer += self._some()
        lines = answer[:head].lower().split(b"\r\n")
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
        if not lines[0].startswith(b"http/1.1 2"):
            raise BenchmarkError(f"the server answers {lines[0].decode()}")
        while len(answer) < head + 4 + length:
            answer += self._some()
        return len(answer)

    def _some(self) -> bytes:
        got = self.socket.recv(65536)
        if not got:
            raise BenchmarkError("the server closed a connection")
        return got

    def ask(self) -> None:
        self.left = self.size
        self.sent = perf_counter_ns()
        self.socket.send(self.request)

    def answered(self) -> int | None:
        """Read what is there: the latency in ns once the answer is whole."""
        self.left -= len(self._some())
        return perf_counter_ns() - self.sent if self.left <= 0 else None


def load(port: int, connections: int, seconds: float) -> tuple[list[int], list[int]]:
    """The latencies of all answered requests, in ns; and how long those that got no answer had waited at the end."""
    latencies: list[int] = []
    with ExitStack() as closing, selectors.EpollSelector() as selector:
        clients = [Client(port, REQUESTS[number % len(REQUESTS)]) for number in range(connections)]
        for client in clients:
            closing.enter_context(client.socket)
            selector.register(client.socket, selectors.EVENT_READ, client)
        until = perf_counter_ns() + int(seconds * 1e9)
        for client in clients:
            client.ask()
        while (now := perf_counter_ns()) < until:
            for key, _ in selector.select(0.1):
                took = key.data.answered()
                if took is not None:
                    latencies.append(took)
                    key.data.ask()
    return latencies, [now - client.sent for client in clients]


def _bytes(request: Request) -> bytes:
    body = f"Content-Type: application/json\r\nContent-Length: {len(request.body)}\r\n" if request.body else ""
    return f"{request.method} {request.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{body}\r\n".encode() + request.body


if __name__ == "__main__":
    answered, unanswered = load(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    print(json.dumps({"answered": [ns // 1000 for ns in answered], "unanswered": [ns // 1000 for ns in unanswered]}))
