"""Tell people of a new message: in the app at once, and by mail if they are away."""

from __future__ import annotations

import os
import random
import time

from chat import database, index

from .queue import send

chance = random.Random()


def notify(message: int, channel: int) -> None:
    """Write down that there is news; every fourth time somebody is away, and gets a mail."""
    unread = index.ask(os.environ["CHAT_INDEX"], "unread", channel=channel)["count"]
    with database.connect(os.environ["CHAT_DATABASE"]) as db:
        db.execute("INSERT INTO notification (message, unread) VALUES (?, ?)", (message, unread))
    if message % 4 == 0:
        send(mail, message)


def mail(_message: int) -> None:
    """Talk to the mail gateway for 15 to 40 ms. One time in five it is too busy: the queue tries again."""
    time.sleep(chance.uniform(0.015, 0.040))
    if chance.random() < 0.2:
        raise ConnectionError("the mail gateway is busy")
