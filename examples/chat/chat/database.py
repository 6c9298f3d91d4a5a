"""The SQLite file: its tables, its first content, and a connection for one unit of work."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from flask import current_app

USERS, CHANNELS, MESSAGES = 500, 20, 250
NEW_CHANNEL = CHANNELS
"""The newest channel: nobody has written in it yet."""

SCHEMA = """
PRAGMA journal_mode = WAL;  -- readers don't wait for the writer
CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE channel (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL REFERENCES channel,
    author INTEGER NOT NULL REFERENCES user,
    text TEXT NOT NULL
);
CREATE INDEX message_by_channel ON message (channel, id);
CREATE TABLE attachment (sha256 TEXT PRIMARY KEY, thumbnail BLOB NOT NULL);
CREATE TABLE notification (message INTEGER NOT NULL, unread INTEGER NOT NULL);
CREATE TABLE verdict (message INTEGER NOT NULL, nearest INTEGER NOT NULL);
"""

WORDS = ["the", "loop", "waits", "for", "nobody", "never", "block", "it", "tell", "others", "when", "you", "compute"]


def path() -> str:
    """The database file of the current application. A greenlet that you spawn has none: give it the path."""
    return str(current_app.config["DATABASE"])


@contextmanager
def connect(path: str) -> Iterator[sqlite3.Connection]:
    """A connection for one unit of work: committed at the end, rolled back if that raises, and closed.

    Opening one costs about 0.1 ms, and nothing is shared between greenlets.
    """
    with closing(sqlite3.connect(path, timeout=2.0)) as db:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous = NORMAL")
        with db:
            yield db


def rows(path: str, query: str, *values: object) -> list[dict[str, Any]]:
    """Every row of ``query`` as a dict."""
    with connect(path) as db:
        return [dict(row) for row in db.execute(query, values)]


def seed(path: str) -> None:
    """Make the tables and fill them, the same each time: 500 users, 20 channels, 250 messages in all but the newest."""
    chance = random.Random(1)
    with connect(path) as db:
        db.executescript(SCHEMA)
        db.executemany("INSERT INTO user VALUES (?, ?)", [(n, f"user-{n}") for n in range(1, USERS + 1)])
        db.executemany("INSERT INTO channel VALUES (?, ?)", [(n, f"channel-{n}") for n in range(1, CHANNELS + 1)])
        db.executemany(
            "INSERT INTO message (channel, author, text) VALUES (?, ?, ?)",
            [
                (channel, chance.randint(1, USERS), " ".join(chance.choices(WORDS, k=8)))
                for _ in range(MESSAGES)
                for channel in range(1, NEW_CHANNEL)
            ],
        )
