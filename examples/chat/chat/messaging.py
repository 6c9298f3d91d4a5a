"""Channels: read the last messages, write one, and count them (with a bug in it)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request

from . import database

routes = Blueprint("messaging", __name__, url_prefix="/channels/<int:channel>")

LONGEST = 2_000


@routes.get("/messages")
def messages(channel: int) -> dict[str, Any]:
    """The newest messages, at most ``limit`` of them (50) and older than ``before`` if that is given."""
    limit = min(request.args.get("limit", 50, int), 200)
    before = request.args.get("before", 2**62, int)
    query = "SELECT id, author, text FROM message WHERE channel = ? AND id < ? ORDER BY id DESC LIMIT ?"
    return {"messages": database.rows(database.path(), query, channel, before, limit)}


@routes.post("/messages")
def send(channel: int) -> tuple[dict[str, Any], int]:
    """Write ``{"author": 1, "text": "…"}``: 201 with its id, 400 without a text or author, 404 without the channel."""
    posted = request.get_json()
    text, author = str(posted.get("text", "")).strip(), posted.get("author")
    if not 0 < len(text) <= LONGEST or not isinstance(author, int):
        abort(400, f"a message has an author and a text of 1 to {LONGEST} characters")
    with database.connect(database.path()) as db:
        if not db.execute("SELECT 1 FROM channel WHERE id = ?", (channel,)).fetchone():
            abort(404, f"there is no channel {channel}")
        insert = "INSERT INTO message (channel, author, text) VALUES (?, ?, ?)"
        return {"id": db.execute(insert, (channel, author, text)).lastrowid}, 201


@routes.get("/stats")
def stats(channel: int) -> dict[str, Any]:
    """How many messages, and how long they are on average.

    The bug: in a channel without messages the average divides by zero, and the client gets a 500.
    """
    query = "SELECT count(*) AS count, coalesce(sum(length(text)), 0) AS characters FROM message WHERE channel = ?"
    [total] = database.rows(database.path(), query, channel)
    return {"messages": total["count"], "average": total["characters"] / total["count"]}  # type: ignore[operator]
