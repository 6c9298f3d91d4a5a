"""What an operation of the agent is: what it is asked, and how it answers."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple, Protocol

Part = dict[str, Any]
"""A piece of an answer. Keep it under some 50 KB: encoding it holds the GIL."""


class Pause(float):
    """Seconds for which an answer rests. A plain float is one too."""

    __slots__ = ()


Answer = Generator[Part | float, bool, None]
"""Yields parts, which are sent, and pauses, after which it gets whether the client has said stop.

It never sleeps itself: its thread may end at any yield, for a fork, and another goes on with it. When the client dies,
or in a forked child, it is closed, so what it has turned on it turns off in a ``finally``.
"""


class Peer(NamedTuple):
    """Who asks, as the kernel says (unix(7), SO_PEERCRED)."""

    pid: int
    """0 if it is in a namespace that we can't see."""
    uid: int
    gid: int


class Request(NamedTuple):
    """One request."""

    arguments: dict[str, Any]
    peer: Peer
    known: tuple[str, ...] = ()
    """The names of all operations here."""


class Refusal(Exception):  # noqa: N818  an answer, not a fault
    """What the client is told in place of an answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        """One word, for programs: ``unknown_operation``, ``bad_argument``, ``busy``, ``version`` …"""


class Operation(Protocol):
    """Something that the agent can be asked."""

    name: str

    def answer(self, request: Request) -> Answer:
        """Raises Refusal for arguments that it can't use, at once or later."""
