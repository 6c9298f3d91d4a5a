"""The one list of kinds of findings, and their ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from obs.errors import fault
from obs.host.live.findings import (
    apart,
    blocking,
    changed,
    collecting,
    failing,
    filling,
    holds,
    retries,
    saturated,
    starved,
    waits,
)
from obs.host.live.findings.finding import Finding
from obs.host.live.moment import Moment

Kind = Callable[[Moment], Iterable[Finding]]

KINDS: tuple[Kind, ...] = (
    holds.find,
    waits.find,
    blocking.find,
    saturated.find,
    starved.find,
    filling.find,
    failing.find,
    retries.find,
    collecting.find,
    changed.find,
    apart.find,
)

MOST = 20


def found(moment: Moment) -> tuple[Finding, ...]:
    """What there is to say of ``moment``, the dearest first. A kind that fails says nothing."""
    told: list[Finding] = []
    for kind in KINDS:
        try:
            told.extend(kind(moment))
        except Exception:
            fault(f"live view: findings of {kind.__module__}")
    return tuple(sorted(told, key=lambda finding: (-finding.severity, finding.id))[:MOST])
