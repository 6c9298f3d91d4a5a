"""As much of protobuf's encoding as a profile needs (https://protobuf.dev/programming-guides/encoding/)."""

from __future__ import annotations

from collections.abc import Iterable

VARINT, BYTES = 0, 2


def varint(number: int) -> bytes:
    """An int64 or uint64."""
    number &= (1 << 64) - 1
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def integer(field: int, number: int) -> bytes:
    """A field with a number; nothing for 0, the default."""
    return varint(field << 3 | VARINT) + varint(number) if number else b""


def message(field: int, *parts: bytes) -> bytes:
    """A field with a message or bytes."""
    body = b"".join(parts)
    return varint(field << 3 | BYTES) + varint(len(body)) + body


def packed(field: int, numbers: Iterable[int]) -> bytes:
    """A repeated field of numbers."""
    return message(field, *map(varint, numbers))
