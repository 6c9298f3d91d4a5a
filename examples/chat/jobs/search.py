"""Let new messages be found."""

from __future__ import annotations

import os

from chat import index as service


def index(message: int, text: str) -> None:
    """Hand it to the index service, and wait until that has it."""
    service.ask(os.environ["CHAT_INDEX"], "learn", message=message, words=text)
