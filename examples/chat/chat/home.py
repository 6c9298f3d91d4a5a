"""The home screen: several reads side by side, each in a greenlet of its own."""

from __future__ import annotations

from typing import Any

import gevent
from flask import Blueprint

from . import database, index

routes = Blueprint("home", __name__)

SHOWN = range(1, 7)


@routes.get("/home")
def home() -> dict[str, Any]:
    """Six channels, each with its newest message and how many are unread.

    The reads wait at the same time: the answer takes as long as the slowest of them, not as all together.
    """
    cards = [gevent.spawn(card, database.path(), index.address(), channel) for channel in SHOWN]
    gevent.joinall(cards, raise_error=True)
    return {"channels": [card.value for card in cards]}


def card(path: str, address: str, channel: int) -> dict[str, Any]:
    """What the home screen shows of one channel."""
    query = "SELECT id, author, text FROM message WHERE channel = ? ORDER BY id DESC LIMIT 1"
    newest = database.rows(path, query, channel)
    unread = index.ask(address, "unread", channel=channel)
    return {"channel": channel, "newest": newest[0] if newest else None, "unread": unread["count"]}
