"""Updates: new messages pushed to the client by server-sent events, for as long as it listens."""

from __future__ import annotations

import json
from collections.abc import Iterator

import gevent
from flask import Blueprint, Response

from . import database

routes = Blueprint("updates", __name__)

PAUSE = 0.5
"""Seconds between two looks at the database."""


@routes.get("/events")
def events() -> Response:
    """A stream without an end: https://html.spec.whatwg.org/multipage/server-sent-events.html"""
    return Response(stream(database.path()), mimetype="text/event-stream")


def stream(path: str) -> Iterator[str]:
    """Each message written from now on. Says something at every look: a client that left is noticed when written to."""
    last = database.rows(path, "SELECT max(id) AS id FROM message")[0]["id"] or 0
    while True:
        yield ": listening\n\n"
        gevent.sleep(PAUSE)
        for message in database.rows(path, "SELECT id, channel, author, text FROM message WHERE id > ?", last):
            last = message["id"]
            yield f"event: message\ndata: {json.dumps(message)}\n\n"
