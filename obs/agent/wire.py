"""What goes over the socket, both ways: four bytes of length, big-endian, and that much JSON: one object.

A request is ``{"v": 1, "op": NAME, …}``. The answer is a number of parts ``{"part": {…}}``, and at last
``{"end": true}`` or ``{"error": {"code": …, "message": …}}``; then the client may ask again. ``{"op": "stop"}`` ends an
answer early.
"""

from __future__ import annotations

import json
import struct
from typing import Any

VERSION = 1

MOST_REQUEST = 64 << 10
"""Bytes. A longer request is refused."""

MOST_ANSWER = 4 << 20
"""Bytes of one message of an answer; the answer may have any number of them."""

_LENGTH = struct.Struct(">I")

Message = dict[str, Any]


class WireError(Exception):
    """What came is no message of ours: the reason, for a person."""


def pack(message: Message) -> bytes:
    """The bytes of a message."""
    body = json.dumps(message, separators=(",", ":"), default=str).encode()
    return _LENGTH.pack(len(body)) + body


class Inbox:
    """Puts messages together from the bytes that come."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        self._bytes += data

    def take(self) -> Message | None:
        """The next whole message, or None. Raises WireError, after which nothing that comes can be trusted."""
        if len(self._bytes) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._bytes)
        if length > self._most:
            raise WireError(f"a message of {length} bytes; {self._most} is the limit")
        end = _LENGTH.size + length
        if len(self._bytes) < end:
            return None
        body = bytes(self._bytes[_LENGTH.size : end])
        del self._bytes[:end]
        return _object(body)


def _object(body: bytes) -> Message:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise WireError("what came is not JSON") from None
    if not isinstance(message, dict):
        raise WireError("a message is a JSON object")
    return message
