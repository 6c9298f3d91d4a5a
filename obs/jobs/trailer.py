"""Headers behind a message that has no place for any: bytes after the end of a pickle, which ``pickle.loads`` ignores.

So whoever reads the message without obs sees what was sent, and nothing else. One header a line, as in HTTP, then the
length of all lines in two bytes, then :data:`MARK`.
"""

from __future__ import annotations

from collections.abc import Mapping

MARK = b"\nobs/1\n"

MOST = 8192
"""Bytes of all lines. What is longer is not written, and not looked for."""

BEHIND = 128
"""Bytes that may follow the mark: a signature of the message."""


def append(data: bytes, headers: Mapping[str, str]) -> bytes:
    """``data``, which is a pickle, with ``headers`` behind it; as it is if they are too long or can't be written."""
    text = "\n".join([f"{name}:{value}" for name, value in headers.items()])
    lines = text.encode("utf-8", "replace")
    if not lines or len(lines) > MOST or text.count("\n") >= len(headers):
        return data
    return b"%b%b%b%b" % (data, lines, len(lines).to_bytes(2, "big"), MARK)


def read(data: object) -> dict[str, str]:
    """The headers behind ``data``; empty if there are none, or if it isn't bytes. Whatever it holds, never an error."""
    if not isinstance(data, bytes):
        return {}
    end = data.rfind(MARK, max(len(data) - len(MARK) - BEHIND, 0)) - 2
    if end < 0:
        return {}
    start = end - int.from_bytes(data[end : end + 2], "big")
    if start < 0 or end - start > MOST:
        return {}
    lines = data[start:end].decode("utf-8", "replace").split("\n")
    return {name: value for name, found, value in [line.partition(":") for line in lines] if found}
