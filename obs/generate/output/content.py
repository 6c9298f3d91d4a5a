"""What is generated, before any format: boards, rules, their tests and runbooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Content:
    """Each by the name of its file without the ending."""

    boards: Mapping[str, Mapping[str, Any]]
    """The JSON of Grafana."""
    rules: Mapping[str, Mapping[str, Any]]
    """Documents of Prometheus: ``{"groups": […]}``."""
    tests: Mapping[str, str]
    """promtool's, as text; those of rules that a site has changed are not there."""
    runbooks: Mapping[str, str]
    """Markdown, by the name of its file with the ending."""
    inhibit: tuple[Mapping[str, Any], ...] = ()
    """Alertmanager's inhibit_rules."""
    teams: tuple[str, ...] = ()
    """Who is known to own anything."""
