"""The bytes of a metric file: an append-only log of records, readable at any moment, also after a SIGKILL.

    file     MAGIC, then records, then zeros
    record   header, payload, cells
    header   payload's length in words (u16), number of cells (u16), CRC-32 of those four bytes and the payload (u32)
    payload  a JSON list, padded with spaces to whole words of 8 bytes
    cells    64-bit floats in the machine's order

The header is one aligned word and is stored last, so a reader sees a whole record or the end of the log. Payloads:

    ["identity", {service, env, version, id, pid, ...}]     whose the series after it are
    ["metric", KEY, {name, kind, help, ...}]                a definition; KEY is its checksum
    ["series", KEY, value of each label, ...]               with the metric's cells
    ["exemplar", first cell of its series, which cell]      with an area of EXEMPLAR_BYTES, see below
    ["note", name, value]                                   something about the process that readers have to know
    ["folded", id, ...]                                     the files whose counts are already in this one
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import Any
from zlib import crc32

from obs.metrics.metric import Metric

MAGIC = b"obs\x00\x00\x00\x00\x01"
"""The last byte is the format's version: another is another format, and is not read."""

MAX_LABEL = 256
"""Characters of a label's value; the rest is cut off."""

IDENTITY_BYTES = 2048
"""Every identity record is this long, so that a child's takes the place of its parent's."""

EXEMPLAR_BYTES = 256
"""An exemplar's area, overwritten in place: length (u32), CRC-32 (u32), JSON ``[value, unix time, labels]``."""

LEFT = "left"
"""The note of a process that lives on but has left the file."""

MULTIPROC_DIR = "prometheus_multiproc_dir"
"""The note of a process whose own metrics are in a folder of prometheus_client's multiprocess mode."""

_SIZES = struct.Struct("=HH")
_HEADER = struct.Struct("=HHI")
_WORD = struct.Struct("=Q")
_EXEMPLAR = struct.Struct("=II")


def pack(fields: list[Any], cells: int, width: int = 0) -> tuple[int, bytes]:
    """``(header, payload)`` of a record; the payload is padded to ``width`` bytes. Raises ValueError if too long."""
    return packed(dumps(fields), cells, width)


def packed(payload: bytes, cells: int, width: int = 0) -> tuple[int, bytes]:
    """The same of fields that are JSON already."""
    payload += b" " * (max(width, -(-len(payload) // 8) * 8) - len(payload))
    words = len(payload) // 8
    if words > 0xFFFF or cells > 0xFFFF or (width and len(payload) != width):
        raise ValueError(f"a record of {len(payload)} bytes and {cells} cells is too long")
    header: int = _WORD.unpack(_HEADER.pack(words, cells, crc32(payload, crc32(_SIZES.pack(words, cells)))))[0]
    return header, payload


def unpack_header(word: bytes) -> tuple[int, int, int]:
    """``(payload bytes, cells, checksum)`` of a record's first word; all 0 at the end of the log."""
    words, cells, checksum = _HEADER.unpack(word)
    return words * 8, cells, checksum


def checksum_of(payload: bytes, cells: int) -> int:
    """What a sound record's header says of it."""
    return crc32(payload, crc32(_SIZES.pack(len(payload) // 8, cells)))


def pack_exemplar(value: float, when: float, labels: dict[str, str]) -> tuple[int, bytes] | None:
    """``(first word, rest)`` of an exemplar's area, or None if it is too long for one."""
    body = dumps([value, when, labels])
    if len(body) > EXEMPLAR_BYTES - 8:
        return None
    head: int = _WORD.unpack(_EXEMPLAR.pack(len(body), crc32(body)))[0]
    return head, body


def unpack_exemplar(area: bytes) -> tuple[float, float, dict[str, str]] | None:
    """``(value, unix time, labels)``, or None if there is none or it was being written."""
    length, checksum = _EXEMPLAR.unpack_from(area)
    body = area[8 : 8 + length]
    if not length or length > EXEMPLAR_BYTES - 8 or crc32(body) != checksum:
        return None
    value, when, labels = json.loads(body)
    return value, when, labels


def word(header: int) -> bytes:
    """The bytes of a header or an exemplar's first word."""
    return _WORD.pack(header)


def cells(values: list[float]) -> bytes:
    """The bytes of cells with these values."""
    return struct.pack(f"{len(values)}d", *values)


def define(metric: Metric) -> tuple[str, dict[str, Any]]:
    """A metric's ``(KEY, definition)``: processes that define it alike give it the same key."""
    definition = asdict(metric)
    return f"{crc32(dumps(definition)):08x}", definition


def defined(definition: dict[str, Any]) -> Metric:
    """The Metric of a :func:`define`\\ d definition."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in definition.items()
    }
    return Metric(**values)


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def clean(value: object, limit: int = MAX_LABEL) -> str:
    """``value`` as text that any reader can bear: cut at ``limit``, what can't be printed escaped."""
    text = value if isinstance(value, str) else str(value)
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
