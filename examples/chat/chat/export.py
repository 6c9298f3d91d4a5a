"""The export: every message, streamed as it is read."""

from __future__ import annotations

import json
from collections.abc import Iterator

import gevent
from flask import Blueprint, Response

from . import database

routes = Blueprint("export", __name__)

PAGE = 500


@routes.get("/export")
def export() -> Response:
    """All messages as NDJSON, one object a line: https://github.com/ndjson/ndjson-spec"""
    return Response(lines(database.path()), mimetype="application/x-ndjson")


def lines(path: str) -> Iterator[str]:
    """The messages in pages, with a pause between them that lets the loop serve others."""
    query = "SELECT id, channel, author, text FROM message WHERE id > ? ORDER BY id LIMIT ?"
    last = 0
    while page := database.rows(path, query, last, PAGE):
        yield "".join(json.dumps(message) + "\n" for message in page)
        last = page[-1]["id"]
        gevent.sleep(0.002)
