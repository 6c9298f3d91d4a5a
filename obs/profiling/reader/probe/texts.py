"""Where strings and bytes keep what."""

from __future__ import annotations

import sys
from functools import reduce
from operator import and_, or_
from typing import Any

from obs.profiling.reader.probe.words import NotFoundError, common, content, number

KINDS = (("q", 1, "latin-1"), ("é", 1, "latin-1"), ("ж", 2, "utf-16-le"), ("😀", 4, "utf-32-le"))
"""A letter of each way to store text, its bytes, and the encoding that they are in memory."""


def texts() -> dict[str, Any]:
    """Strings: their length, where the characters are, and which bits of their state tell the kind."""
    lengths = ["x" * n for n in (13, 29, 57)]
    length = common("a string's length", ((id(text), len(text)) for text in lengths), 64)
    samples = [alike(letter) for letter, _, _ in KINDS]
    found = next(((at, mask) for at in range(length + 8, length + 32, 4) if (mask := telling(samples, at))), None)
    if found is None:
        raise NotFoundError("the kinds of strings")
    offset, mask = found
    kinds = []
    for letter, size, encoding in KINDS:
        text = letter * 9
        data = content("a string's characters", id(text), text.encode(encoding))
        kinds.append([number(id(text) + offset, 4) & mask, size, data])
    return {"text_length": length, "text_state": offset, "text_mask": mask, "text_kinds": kinds}


def alike(letter: str) -> list[str]:
    """Strings of one kind that differ in all else: interned and not, short and long."""
    return [*(letter * n for n in (2, 3, 40)), sys.intern(letter * 5), sys.intern(letter * 41)]


def telling(samples: list[list[str]], offset: int) -> int:
    """The bits at an offset that are equal in all of one kind and differ between kinds; 0 if they don't tell all."""
    values = [[number(id(text) + offset, 4) for text in alike] for alike in samples]
    varying = reduce(or_, (value ^ kind[0] for kind in values for value in kind))
    first = [kind[0] for kind in values]
    mask = (reduce(or_, first) ^ reduce(and_, first)) & ~varying
    return mask if len({value & mask for value in first}) == len(first) else 0


def byte_strings() -> dict[str, Any]:
    """Bytes: their length, and where they are."""
    some = [b"\xfe\xfd" * n for n in (20, 33)]
    return {
        "bytes_length": common("the length of bytes", ((id(each), len(each)) for each in some), 64),
        "bytes_data": content("bytes", id(some[0]), some[0], 128),
    }
