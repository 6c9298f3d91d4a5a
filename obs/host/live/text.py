"""Others' text and numbers on their way out: bounded, and fit for JSON."""

from __future__ import annotations

import math
from typing import Any, TypeVar, cast

MOST = 300
"""Characters of one text. A route is shorter; a name from a message may be of any length."""


def short(text: str) -> str:
    """``text``, or its beginning and an ellipsis."""
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"


T = TypeVar("T")


def tidy(value: T) -> T:
    """``value`` with every text bounded, numbers to a millionth, and null for what is no number; tuples are lists."""
    return cast("T", tidied(value))


def tidied(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, str):
        return short(value)
    if isinstance(value, dict):
        return {short(str(name)): tidied(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidied(part) for part in value]
    return value if value is None or isinstance(value, (int, bool)) else short(str(value))
