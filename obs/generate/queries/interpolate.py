"""Grafana's variables in a text: ``$name``, ``${name}``, ``${name:format}``, ``[[name]]``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Value = str | Sequence[str]

_VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]")
"""The three spellings, as in Grafana's ``variableRegex``."""

_SPECIAL = re.compile(r"[\\^$.*+?()|\[\]{}\-/]")

UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms"))


def interpolate(text: str, values: Mapping[str, Value]) -> str:
    """``text`` with each variable that ``values`` knows; others stay. Twice, since a variable's value may name another.

    Several values become ``(one|other)``. As Grafana's Prometheus datasource does it, what stands in a list is escaped
    as a regular expression in a string, and a single value is not unless the format says ``regex``.
    """

    def put(match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[4]
        return formatted(values[name], match[3] or match[5]) if name in values else match[0]

    return _VARIABLE.sub(put, _VARIABLE.sub(put, text))


def formatted(value: Value, how: str | None) -> str:
    """One value in a format of Grafana's: none, ``regex``, ``pipe``, ``csv``, ``raw``, ``queryparam`` or ``text``."""
    if how in ("raw", "text", "csv", "pipe"):
        return value if isinstance(value, str) else {"pipe": "|"}.get(how, ",").join(value)
    if isinstance(value, str):
        return escaped(value) if how == "regex" else value
    parts = [escaped(part) for part in value]
    return parts[0] if len(parts) == 1 else f"({'|'.join(parts)})"


def escaped(value: str) -> str:
    """``value`` as the regular expression for itself, inside a quoted string of PromQL: backslashes are doubled."""
    return _SPECIAL.sub(lambda match: "\\\\" + match[0], value)


def builtins(step: float, span: float, scrape: float) -> dict[str, Value]:
    """Grafana's own variables for a panel of that ``step``, over ``span``, all in seconds.

    ``$__rate_interval`` is the larger of ``$__interval`` plus the scrape interval and four scrape intervals:
    https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
    """
    rate = max(step + scrape, 4 * scrape)
    return {
        "__interval": length(step),
        "__interval_ms": f"{step * 1000:.0f}",
        "__rate_interval": length(rate),
        "__range": f"{span:.0f}s",
        "__range_s": f"{span:.0f}",
        "__range_ms": f"{span * 1000:.0f}",
    }


def length(seconds: float) -> str:
    """A duration of PromQL, in the largest unit that keeps it whole: ``90s``, ``2m``."""
    milliseconds = round(seconds * 1000)
    return next(f"{milliseconds // unit}{name}" for unit, name in UNITS if milliseconds % unit == 0)
