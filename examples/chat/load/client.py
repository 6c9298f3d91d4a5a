"""A plain HTTP client over kept connections, for gevent."""

from __future__ import annotations

import ipaddress
import select
import time
from collections import deque
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import gevent

from .mix import Request


class Client:
    """Sends requests to one server on this machine. Connections are taken in turn, so that every worker gets some."""

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        """Raises ValueError for a URL that isn't ``http://`` and on this machine: load stays at home."""
        self.host, self.port = loopback(url)
        self.timeout = timeout
        self.leaving = False
        """Set it to make everyone leave who listens to a stream without an end."""
        self._idle: deque[HTTPConnection] = deque()

    def send(self, request: Request) -> int:
        """The status of the answer, once its body is read. Raises OSError or HTTPException if there is none."""
        connection = self._take()
        try:
            connection.request(request.method, request.path, request.body or None, headers(request))
            response = connection.getresponse()
            self._read(response, request.listens)
        except BaseException:
            connection.close()
            raise
        if request.listens or response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
        return response.status

    def close(self) -> None:
        """Close the connections that are idle."""
        while self._idle:
            self._idle.popleft().close()

    def _take(self) -> HTTPConnection:
        while self._idle:
            connection = self._idle.popleft()
            if not ended(connection):
                return connection
            connection.close()
        return HTTPConnection(self.host, self.port, timeout=self.timeout)

    def _read(self, response: HTTPResponse, listens: float) -> None:
        """Read the body to its end, or for ``listens`` seconds if that is not 0."""
        if not listens:
            response.read()
            return
        with gevent.Timeout(listens, False):  # noqa: FBT003  gevent's way to say: leave the block, raise nothing
            while not self.leaving and response.readline():
                pass


def headers(request: Request) -> dict[str, str]:
    """What it is sent with: like a proxy, it says when that was, so that the server knows how long it stood in line."""
    made = {"X-Request-Start": f"t={time.time():.6f}"}
    return made | {"Content-Type": request.content_type} if request.content_type else made


def ended(connection: HTTPConnection) -> bool:
    """Whether the server has closed an idle connection: then there is something to read, its end."""
    return connection.sock is None or bool(select.select([connection.sock], [], [], 0)[0])


def loopback(url: str) -> tuple[str, int]:
    """Host and port of a URL on this machine; ValueError for any other."""
    parts = urlsplit(url)
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
    try:
        here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if parts.scheme != "http" or not here:
        raise ValueError(f"{url}: not http:// and an address of this machine, such as http://127.0.0.1:8000")
    return host, parts.port or 80
