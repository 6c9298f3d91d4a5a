"""What people ask of the chat API, and how often."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

USERS, CHANNELS = 500, 20


@dataclass(frozen=True, slots=True)
class Request:
    """One request to send."""

    route: str
    """What it is counted as: the method, and the rule as the application wrote it."""
    path: str
    body: bytes = b""
    content_type: str = ""
    listens: float = 0.0
    """Seconds until the client leaves, for a stream that has no end."""

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]


def messages(chance: Random) -> Request:
    path = f"/channels/{chance.randrange(1, CHANNELS)}/messages?limit=30"
    return Request("GET /channels/<int:id>/messages", path)


def user(chance: Random) -> Request:
    return Request("GET /users/<int:id>", f"/users/{chance.randint(1, USERS)}")


def unknown_user(chance: Random) -> Request:
    """A 404."""
    return Request("GET /users/<int:id>", f"/users/{chance.randint(10_000, 99_999)}")


def send(chance: Random) -> Request:
    return _post_message(chance, {"author": chance.randint(1, USERS), "text": "never block the loop"})


def send_nothing(chance: Random) -> Request:
    """A 400."""
    return _post_message(chance, {"author": chance.randint(1, USERS), "text": ""})


def _post_message(chance: Random, message: dict[str, object]) -> Request:
    path = f"/channels/{chance.randrange(1, CHANNELS)}/messages"
    body = json.dumps(message).encode()
    return Request("POST /channels/<int:id>/messages", path, body, "application/json")


def stats(chance: Random) -> Request:
    """One in ten asks about the newest channel, where the bug is: a 500."""
    channel = CHANNELS if chance.random() < 0.1 else chance.randrange(1, CHANNELS)
    return Request("GET /channels/<int:id>/stats", f"/channels/{channel}/stats")


def home(_chance: Random) -> Request:
    return Request("GET /home", "/home")


def search(chance: Random) -> Request:
    return Request("GET /search", "/search?q=" + chance.choice(["loop", "block", "others", "nobody"]))


def upload(chance: Random) -> Request:
    """A picture of noise, 320 to 500 pixels square: 40 to 120 ms of the server's CPU."""
    side = chance.randint(320, 500)
    picture = f"P5 {side} {side} 255\n".encode() + chance.randbytes(side * side)
    return Request("POST /attachments", "/attachments", picture, "image/x-portable-graymap")


def export(_chance: Random) -> Request:
    return Request("GET /export", "/export")


def events(chance: Random) -> Request:
    return Request("GET /events", "/events", listens=chance.uniform(1.0, 4.0))


def health(_chance: Random) -> Request:
    return Request("GET /health", "/health")


MIX: tuple[tuple[float, Callable[[Random], Request]], ...] = (
    (37.0, messages),
    (22.0, user),
    (12.0, send),
    (9.0, home),
    (8.0, search),
    (4.0, stats),
    (3.0, upload),
    (1.5, unknown_user),
    (1.0, send_nothing),
    (1.0, export),
    (1.0, health),
    (0.5, events),
)
"""Weights in percent."""


def pick(chance: Random) -> Request:
    """The next request, drawn from the mix."""
    [make] = chance.choices([make for _, make in MIX], [weight for weight, _ in MIX])
    return make(chance)
