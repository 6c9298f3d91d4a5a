"""An alerting rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["page", "ticket"]
"""``page``: users are hurt or soon will be, somebody gets up. ``ticket``: somebody looks at it in working hours."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What is wrong, when, how bad, and where to look.

    In ``expr``, ``summary`` and ``description`` stands ``${name}`` for a limit, so that an override reaches each place.
    ``$labels`` and ``$value`` are Prometheus's own, and ``expr`` yields at least env, service and team.
    """

    key: str
    """Stable, and what overrides call it: ``loop-saturated``."""
    expr: str
    severity: Severity
    hold: str
    """How long it must be true first: the rule's ``for``."""
    summary: str
    """What is wrong, with no figure in it: one line that is equal for all of one group."""
    description: str
    """The figure and the likely culprit, as a Go template."""
    board: str
    """The uid of the dashboard to open."""
    limits: Mapping[str, float] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    """Variables of that dashboard and the label that fills each, beside env and service."""
    keep: str = ""
    """How long it goes on after it is no longer true: ``keep_firing_for``."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """More labels, the same at each firing."""

    @property
    def name(self) -> str:
        """``ObsLoopSaturated``: as Prometheus, Alertmanager and the runbook call it."""
        return "Obs" + "".join(part.capitalize() for part in self.key.split("-"))
