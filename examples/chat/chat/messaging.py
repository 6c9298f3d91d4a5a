"""Channels: read the last messages, write one, and count them (with a bug in it).

Whoever writes one doesn't wait until the others are told of it: that is the worker's business (``jobs``).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from jobs import moderation, push, search
from jobs.queue import send as enqueue
from werkzeug.exceptions import BadRequest

from . import database

routes = Blueprint("messaging", __name__, url_prefix="/channels/<int:id>")

LONGEST = 2_000
MAX_ID = 2**63 - 1


@routes.get("/messages")
def messages(id: int) -> dict[str, Any]:
    """The newest messages, at most ``limit`` of them (50) and older than ``before`` if that is given."""
    limit = max(1, min(request.args.get("limit", 50, int), 200))
    before = min(request.args.get("before", MAX_ID, int), MAX_ID)
    query = "SELECT id, author, text FROM message WHERE channel = ? AND id < ? ORDER BY id DESC LIMIT ?"
    return {"messages": database.rows(database.path(), query, id, before, limit)}


@routes.post("/messages")
def send(id: int) -> tuple[dict[str, Any], int]:
    """Write ``{"author": 1, "text": "…"}``: 201 with its id, 400 without a text or author, 404 without the channel."""
    text, author = read_message(request.get_json())
    with database.connect(database.path()) as db:
        if not db.execute("SELECT 1 FROM channel WHERE id = ?", (id,)).fetchone():
            abort(404, f"there is no channel {id}")
        insert = "INSERT INTO message (channel, author, text) VALUES (?, ?, ?)"
        message = db.execute(insert, (id, author, text)).lastrowid or 0
    follow_up(message, id, text)
    return {"id": message}, 201


def follow_up(message: int, channel: int, text: str) -> None:
    """What the worker is to do about a new message. It looks closely at every eighth only."""
    enqueue(push.notify, message, channel)
    enqueue(search.index, message, text)
    if message % 8 == 0:
        enqueue(moderation.scan, message, text)


def read_message(posted: Any) -> tuple[str, int]:
    """The text and the author of what the client sent, or 400."""
    match posted:
        case {"text": str(text), "author": int(author)} if 0 < len(text.strip()) <= LONGEST and 0 < author <= MAX_ID:
            return text.strip(), author
    raise BadRequest(f"a message has an author and a text of 1 to {LONGEST} characters")


@routes.get("/stats")
def stats(id: int) -> dict[str, Any]:
    """How many messages, and how long they are on average.

    The bug: in a channel without messages the average divides by zero, and the client gets a 500.
    """
    query = "SELECT count(*) AS count, coalesce(sum(length(text)), 0) AS characters FROM message WHERE channel = ?"
    [total] = database.rows(database.path(), query, id)
    return {"messages": total["count"], "average": total["characters"] / total["count"]}
