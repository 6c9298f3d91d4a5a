"""Prometheus's durations: ``1h30m``."""

from __future__ import annotations

import re

from obs.errors import ObsError

UNITS = {"w": 604_800.0, "d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
"""https://prometheus.io/docs/prometheus/latest/querying/basics/#time-durations; a year is never asked for."""

PART = r"\d+(?:ms|[wdhms])"
DURATION = re.compile(rf"(?:{PART})+")


def seconds(text: str, whose: str = "") -> float:
    """Raises ObsError for what is no duration."""
    if not DURATION.fullmatch(text):
        raise ObsError(f"{whose or 'rules'}: {text!r} is no duration; write it as 30s, 5m or 1h30m")
    parts = re.findall(r"(\d+)(ms|[wdhms])", text)
    return sum(int(count) * UNITS[unit] for count, unit in parts)


def text(length: float) -> str:
    """The shortest way to write so many seconds, to the millisecond."""
    left, parts = round(length * 1000), []
    for unit, size in (("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
