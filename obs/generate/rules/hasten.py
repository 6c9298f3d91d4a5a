"""The same rules on a faster clock, to see in a minute what takes an hour."""

from __future__ import annotations

import re
from dataclasses import replace

from obs.generate.rules.alert import Alert
from obs.generate.rules.duration import PART, seconds, text
from obs.generate.rules.group import Group, Rule

SPAN = re.compile(rf"(?P<before>[\[:]\s*|\boffset\s+-?)(?P<length>(?:{PART})+)")
"""A range, a subquery's step or an offset. A name like ``rate5m`` stays."""


def hastened(groups: tuple[Group, ...], factor: float, least: float = 1.0) -> tuple[Group, ...]:
    """``groups`` with each range, offset, ``for`` and interval ``factor`` times as long, but of ``least`` seconds."""
    return tuple(
        replace(
            group,
            interval=shorter(group.interval, factor, least),
            rules=tuple(rule_hastened(rule, factor, least) for rule in group.rules),
        )
        for group in groups
    )


def rule_hastened(rule: Rule, factor: float, least: float) -> Rule:
    expr = SPAN.sub(lambda found: found["before"] + shorter(found["length"], factor, least), rule.expr)
    if not isinstance(rule, Alert):
        return replace(rule, expr=expr)
    keep = shorter(rule.keep, factor, least) if rule.keep else ""
    return replace(rule, expr=expr, hold=shorter(rule.hold, factor, 0.0), keep=keep)


def shorter(length: str, factor: float, least: float) -> str:
    whole = seconds(length)
    return text(max(round(whole * factor, 3), min(least, whole)))
