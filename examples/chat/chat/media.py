"""Attachments: each upload gets a thumbnail, made in pure Python.

That is the mistake of this example: 40 to 120 ms of computing, during which the loop serves nobody else.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, abort, request

from . import database

routes = Blueprint("media", __name__)

LARGEST = 300_000
"""Bytes of the largest upload."""

Image = list[bytes]
"""Rows of grey values, a byte each."""


@routes.post("/attachments")
def upload() -> tuple[dict[str, Any], int]:
    """Keep a picture in the binary PGM format: 201 with its hash; 413 if it is too large, 415 if it is no PGM."""
    body = request.get_data()
    try:
        thumbnail = shrink(blur(read_pgm(body)), 8)
    except ValueError:
        abort(415, "send a binary PGM picture: P5 WIDTH HEIGHT 255, a line feed, and the pixels")
    digest = hashlib.sha256(body).hexdigest()
    with database.connect(database.path()) as db:
        db.execute("INSERT OR REPLACE INTO attachment VALUES (?, ?)", (digest, b"".join(thumbnail)))
    return {"sha256": digest, "width": len(thumbnail[0]), "height": len(thumbnail)}, 201


def read_pgm(body: bytes) -> Image:
    """The rows of a binary PGM with a one-line header. Raises ValueError for anything else."""
    header, _, pixels = body.partition(b"\n")
    kind, width, height, most = header.split()
    columns, lines = int(width), int(height)
    if kind != b"P5" or most != b"255" or min(columns, lines) < 8 or len(pixels) != columns * lines:
        raise ValueError("not a binary PGM")
    return [pixels[start : start + columns] for start in range(0, len(pixels), columns)]


def blur(image: Image) -> Image:
    """Each pixel as the mean of the 3 by 3 around it: shrinking without it makes patterns that were not there."""
    high, wide = len(image), len(image[0])
    blurred = []
    for y in range(high):
        above, row, below = image[max(y - 1, 0)], image[y], image[min(y + 1, high - 1)]
        line = bytearray(wide)
        for x in range(wide):
            left, right = max(x - 1, 0), min(x + 1, wide - 1)
            total = above[left] + above[x] + above[right] + row[left] + row[x] + row[right]
            line[x] = (total + below[left] + below[x] + below[right]) // 9
        blurred.append(bytes(line))
    return blurred


def shrink(image: Image, factor: int) -> Image:
    """Every ``factor``-th pixel of every ``factor``-th row."""
    return [row[::factor] for row in image[::factor]]
