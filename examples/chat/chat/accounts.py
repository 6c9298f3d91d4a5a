"""Users: one fast read by primary key."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from . import database

routes = Blueprint("accounts", __name__)


@routes.get("/users/<int:user>")
def user(user: int) -> dict[str, Any]:
    """The user, or 404."""
    found = database.rows(database.path(), "SELECT id, name FROM user WHERE id = ?", user)
    if not found:
        abort(404, f"there is no user {user}")
    return found[0]
