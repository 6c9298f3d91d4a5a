"""When a delayed job is to run, for queues that don't keep it: a header beside obs's others."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

DUE = "obs-due"
"""Unix seconds, as text."""


def due_in(headers: Mapping[str, Any]) -> float | None:
    """What the header says, if it is a time."""
    return number(headers.get(DUE))


def number(text: object) -> float | None:
    """What a header says, if it is a number. Headers come from a queue: they may be anything."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None
