"""Users: one fast read by primary key."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from . import database

routes = Blueprint("accounts", __name__)


@routes.get("/users/<int:id>")
def user(id: int) -> dict[str, Any]:
    """The user, or 404."""
    found = database.rows(database.path(), "SELECT id, name FROM user WHERE id = ?", id)
    if not found:
        abort(404, f"there is no user {id}")
    return found[0]
