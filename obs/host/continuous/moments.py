"""Moments as people write them, in local time as their dashboards show it: ``20m`` ago, ``12:05``, a date and time."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from obs.config.values import parse_duration
from obs.config.wrong import Wrong
from obs.errors import ObsError

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(Z?)")


def moment(text: str, now: float, option: str) -> float:
    """The Unix time that ``text`` means. Raises ObsError, which names the ``option``.

    A time of day without a date is the last one that has been; ``Z`` after it means UTC.
    """
    if found := CLOCK.fullmatch(text):
        return of_day(found, now)
    with suppress(Wrong):
        return now - parse_duration(text)
    with suppress(ValueError):
        return datetime.fromisoformat(text).timestamp()
    raise ObsError(f"{option} {text}: not a time; write 20m (ago), 12:05, 12:05:30Z (UTC) or 2026-11-24T12:05")


def of_day(found: re.Match[str], now: float) -> float:
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    today = datetime.fromtimestamp(now, UTC) if found[4] else datetime.fromtimestamp(now).astimezone()
    meant = today.replace(hour=hour, minute=minute, second=second, microsecond=0)
    return (meant if meant.timestamp() <= now else meant - timedelta(days=1)).timestamp()
