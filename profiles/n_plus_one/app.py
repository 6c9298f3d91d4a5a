"""The timeline of a channel: its last messages, each with the name and picture of who wrote it."""

from __future__ import annotations

import os
from typing import Any

import requests
from flask import Flask, Response, jsonify

app = Flask(__name__)
USERS = os.environ["USERS"]
http = requests.Session()
MESSAGES = [{"id": number, "author": number % 300, "text": f"Message {number}"} for number in range(2_000)]


def author_of(message: dict[str, Any]) -> dict[str, Any]:
    """Who wrote it."""
    user = http.get(f"{USERS}/users/{message['author']}", timeout=5).json()
    return {"name": user["name"], "picture": user["picture"]}


def shown(message: dict[str, Any]) -> dict[str, Any]:
    return {"text": message["text"], "author": author_of(message)}


@app.get("/channels/<int:channel>/messages")
def timeline(channel: int) -> Response:
    first = channel * 20
    return jsonify([shown(message) for message in MESSAGES[first : first + 20]])


@app.get("/users/<int:number>")
def profile(number: int) -> Response:
    return jsonify(http.get(f"{USERS}/users/{number}", timeout=5).json())
