"""The client of the index service, a program of its own (index_service.py) that this API waits for."""

from __future__ import annotations

import json
import socket
from typing import Any

from flask import current_app

PATIENCE = 5.0
"""Seconds until the service is given up."""


def address() -> str:
    """``host:port`` of the current application's index. A greenlet that you spawn has none: give it the address."""
    return str(current_app.config["INDEX"])


def ask(address: str, question: str, **details: Any) -> dict[str, Any]:
    """One question and its answer, each a line of JSON. Raises OSError if the service is away or too slow."""
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), PATIENCE) as connection, connection.makefile("rwb") as lines:
        lines.write(json.dumps({"question": question, **details}).encode() + b"\n")
        lines.flush()
        answer: dict[str, Any] = json.loads(lines.readline() or b"{}")
        return answer
