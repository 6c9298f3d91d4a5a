"""The service that is observed: three small routes of Flask, as an API has them. Import it after what patches Flask."""

from __future__ import annotations

from flask import Flask, request
from flask.typing import ResponseReturnValue

ABOUT = "<!doctype html><title>Chat</title><h1>Chat</h1><p>Small, on purpose: what is added to it is what shows.</p>"


def create_app() -> Flask:
    app = Flask("benchmarks")

    @app.get("/users/<int:user_id>")
    def user(user_id: int) -> ResponseReturnValue:
        return {"id": user_id, "name": "Ada", "channels": [1, 2, 3]}

    @app.post("/messages")
    def send() -> ResponseReturnValue:
        message = request.get_json()
        return {"id": 1, "channel": message["channel"], "text": message["text"]}, 201

    @app.get("/about")
    def about() -> ResponseReturnValue:
        return ABOUT

    return app
