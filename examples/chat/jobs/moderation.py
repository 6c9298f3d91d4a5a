"""Look for what nobody wants to read: the hog among the jobs.

It computes for some 50 ms in pure Python. In a worker of greenlets all others stand still meanwhile.
"""

from __future__ import annotations

import os
import random

from chat import database

BANNED = ["".join(random.Random(seed).choices("abcdefghijklmnop ", k=24)) for seed in range(500)]
"""What a message must not come near to."""


def scan(message: int, text: str) -> None:
    """Write down how near the message comes to anything banned."""
    nearest = min(distance(text[:48], banned) for banned in BANNED)
    with database.connect(os.environ["CHAT_DATABASE"]) as db:
        db.execute("INSERT INTO verdict (message, nearest) VALUES (?, ?)", (message, nearest))


def distance(one: str, other: str) -> int:
    """Letters to insert, delete or replace to make ``other`` of ``one`` (Levenshtein)."""
    above = list(range(len(other) + 1))
    for row, mine in enumerate(one, 1):
        below = [row]
        for column, theirs in enumerate(other, 1):
            below.append(min(above[column] + 1, below[-1] + 1, above[column - 1] + (mine != theirs)))
        above = below
    return above[-1]
