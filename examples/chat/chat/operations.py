"""For the platform: is this worker able to serve?"""

from __future__ import annotations

from flask import Blueprint

from . import database

routes = Blueprint("operations", __name__)


@routes.get("/health")
def health() -> dict[str, str]:
    """200 while the database answers."""
    database.rows(database.path(), "SELECT 1 AS one")
    return {"status": "ok"}
