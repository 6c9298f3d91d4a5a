"""A client of the tests: plain sockets, and nothing of obs.host."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from obs.agent import wire

DEADLINE = 10.0


class Asking:
    def __init__(self, path: Path, *, connect: bool = True) -> None:
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE)
        if connect:
            self.connect()
        self.inbox = wire.Inbox(wire.MOST_ANSWER)

    def connect(self) -> None:
        self.socket.connect(str(self.path))

    def send(self, op: str, **arguments: Any) -> None:
        with suppress(BrokenPipeError):  # it has been turned away, and reads why
            self.socket.sendall(wire.pack({"v": 1, "op": op, **arguments}))

    def receive(self) -> dict[str, Any] | None:
        """The next message; None at the end of the connection."""
        while (message := self.inbox.take()) is None:
            data = self.socket.recv(1 << 16)
            if not data:
                return None
            self.inbox.feed(data)
        return message

    def answer(self, op: str, **arguments: Any) -> list[dict[str, Any] | None]:
        """Every message of the answer, its end included."""
        self.send(op, **arguments)
        found = [self.receive()]
        while found[-1] is not None and "part" in found[-1]:
            found.append(self.receive())
        return found

    def close(self) -> None:
        self.socket.close()
