"""A TCP proxy before a server, which can be slow, stall, and hang up: what a network does to a broker's clients."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress


class Proxy:
    """Hands on all that is sent to :attr:`port` of loopback, to ``server``'s port, and back. Close it."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.delay = 0.0
        """Seconds that each piece of up to 64 KiB is held back, in each direction."""
        self.refuses = False
        """Whether it hangs up on whoever comes."""
        self._flows = threading.Event()
        self._flows.set()
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, run: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=run, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stall(self) -> None:
        """Take what is sent, and hand on nothing."""
        self._flows.clear()

    def flow(self) -> None:
        """At once, as at the beginning."""
        self.delay, self.refuses = 0.0, False
        self._flows.set()

    def cut(self) -> None:
        """Hang up on everybody."""
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.refuses, self.delay = True, 0.0
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in it
        self._flows.set()
        self._threads[0].join(30)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(30)
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                self._serve(client)

    def _serve(self, client: socket.socket) -> None:
        try:
            if self.refuses:
                raise ConnectionRefusedError
            server = socket.create_connection(("127.0.0.1", self.server), timeout=10)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        for one, other in ((client, server), (server, client)):
            self._ends.add(one)
            self._start(self._pump, one, other)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flows.wait()
                if self.delay:
                    time.sleep(self.delay)
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
