"""One POST of OTLP over HTTP, on original sockets: no urllib3, no requests, nothing that gevent has patched.

TLS goes through memory buffers: ``ssl``'s own sockets are gevent's once it has patched, and its original ones recurse.
"""

from __future__ import annotations

import socket
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

from obs import native
from obs.config import Config

RETRYABLE = frozenset({0, 408, 429, 500, 502, 503, 504})
"""Answers that may be others in a moment; 0: there was none.

https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes, and 500, which collectors' proxies send.
"""


class Collector:
    """Where OTLP is posted to."""

    def __init__(self, config: Config) -> None:
        self._url = urlsplit(config.otlp_endpoint or "")
        self._timeout = config.otlp_timeout
        self._head = head(self._url, config.otlp_headers)
        self._tls = tls_context() if self._url.scheme == "https" else None
        self.status = 0
        """Of the last answer; 0 if there was none."""

    @property
    def may_recover(self) -> bool:
        """Whether the same again may succeed."""
        return self.status in RETRYABLE

    def post(self, body: bytes, deadline: float | None = None) -> bool:
        """Send ``body``; whether it was accepted within the timeout, and by the ``deadline`` of ``monotonic()``."""
        until = monotonic() + self._timeout
        self.status = 0
        try:
            self.status = self._exchange(body, until if deadline is None else min(until, deadline))
        except (OSError, ValueError):  # ssl's and name resolution's errors are OSErrors
            return False
        return 200 <= self.status < 300

    def _exchange(self, body: bytes, until: float) -> int:
        """The status of the answer. Raises OSError, TimeoutError, or ValueError if it is not HTTP."""
        channel = Channel(self._url, until)
        try:
            stream: Any = Tls(channel, self._tls, self._url.hostname) if self._tls else channel
            stream.send(self._head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
            return status(stream)
        finally:
            channel.close()


def head(url: SplitResult, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The request up to its Content-Length."""
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    lines = [f"POST {path} HTTP/1.1", f"Host: {url.netloc.rpartition('@')[2]}", "Connection: close"]
    lines += [
        "Content-Type: application/x-protobuf",
        "User-Agent: obs",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def status(stream: Any) -> int:
    """The status of the answer that ``stream`` gives. Raises ValueError if it isn't HTTP."""
    line = b""
    while b"\r\n" not in line:
        received = stream.receive()
        if not received or len(line) > 1000:
            raise ValueError("no HTTP status line")
        line += received
    if not line.startswith(b"HTTP/"):
        raise ValueError("not HTTP")
    return int(line[:20].partition(b" ")[2][:3])


class Channel:
    """An original TCP socket, with one deadline for all that is done on it."""

    def __init__(self, url: SplitResult, until: float) -> None:
        self._until = until
        port = url.port or (443 if url.scheme == "https" else 80)
        self._socket = self._connect(url.hostname or "", port)

    def _connect(self, host: str, port: int) -> Any:
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, address in native.original("socket", "getaddrinfo")(
            host, port, 0, socket.SOCK_STREAM
        ):
            made = native.original("socket", "socket")(family, kind, protocol)
            try:
                made.settimeout(self._left())
                made.connect(address)
            except OSError as error:
                made.close()
                failure = error
            else:
                return made
        raise failure

    def _left(self) -> float:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def send(self, data: bytes) -> None:
        self._socket.settimeout(self._left())
        self._socket.sendall(data)

    def receive(self) -> bytes:
        """The next bytes; none at the end."""
        self._socket.settimeout(self._left())
        received: bytes = self._socket.recv(16384)
        return received

    def close(self) -> None:
        self._socket.close()


def tls_context() -> Any:
    """The default context, also gevent's: only its sockets would be wrong here."""
    import ssl

    return ssl.create_default_context()


class Tls:
    """TLS on a channel."""

    def __init__(self, channel: Channel, context: Any, host: str | None) -> None:
        import ssl

        self._want = ssl.SSLWantReadError
        self._channel = channel
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._in, self._out, server_hostname=host)
        self._until_done(self._object.do_handshake)

    def send(self, data: bytes) -> None:
        self._until_done(self._object.write, data)

    def receive(self) -> bytes:
        received: bytes = self._until_done(self._object.read, 16384)
        return received

    def _until_done(self, operation: Any, *args: Any) -> Any:
        """Run ``operation``, with what it wants to send and to receive in between."""
        while True:
            try:
                result = operation(*args)
            except self._want:
                self._flush()
                received = self._channel.receive()
                self._in.write(received) if received else self._in.write_eof()
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if self._out.pending:
            self._channel.send(self._out.read())
