"""Search: nearly all of its time is spent waiting for the index service."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request

from . import database, index

routes = Blueprint("search", __name__)


@routes.get("/search")
def search() -> dict[str, Any]:
    """The messages that the index finds for ``q``; 400 without one, 503 if the index can't be reached."""
    words = request.args.get("q", "").strip()
    if not words:
        abort(400, "say what to search for: /search?q=loop")
    try:
        found = index.ask(index.address(), "search", words=words)["messages"]
    except OSError:
        abort(503, "the index is away")
    marks = ",".join("?" * len(found))
    query = f"SELECT id, channel, author, text FROM message WHERE id IN ({marks})"
    return {"messages": database.rows(database.path(), query, *found)}
