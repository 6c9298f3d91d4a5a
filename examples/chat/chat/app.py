"""The Flask application: its blueprints, its settings, and errors as JSON."""

from __future__ import annotations

import os

from flask import Flask
from jobs import queue
from werkzeug.exceptions import HTTPException

from . import accounts, export, home, media, messaging, operations, search, updates

BLUEPRINTS = (
    accounts.routes,
    export.routes,
    home.routes,
    media.routes,
    messaging.routes,
    operations.routes,
    search.routes,
    updates.routes,
)


def create_app(database: str | None = None, index: str | None = None) -> Flask:
    """The application on that database file and index service (``host:port``).

    What is left out comes from ``CHAT_DATABASE`` and ``CHAT_INDEX``, which gunicorn.conf.py sets. Jobs go to the queue
    that ``CHAT_QUEUE`` and ``CHAT_BROKER`` say.
    """
    app = Flask(__name__)
    app.config["DATABASE"] = database or os.environ["CHAT_DATABASE"]
    app.config["INDEX"] = index or os.environ["CHAT_INDEX"]
    app.config["MAX_CONTENT_LENGTH"] = media.LARGEST
    for routes in BLUEPRINTS:
        app.register_blueprint(routes)
    app.register_error_handler(HTTPException, explain)
    queue.senders()  # imported now, so that no request waits for it
    return app


def explain(error: HTTPException) -> tuple[dict[str, str], int]:
    """What the client did wrong, as JSON. An exception that is a bug stays one: Flask logs it and answers 500."""
    return {"error": error.description or error.name}, error.code or 500
