"""Where the links of an alert lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from obs.generate.rules.alert import Alert

SINCE = "now-3h"
"""What a linked dashboard shows: an alert doesn't know when it began, and few are older when somebody opens it."""


@dataclass(frozen=True, slots=True)
class Site:
    """The base URLs, without a slash at the end."""

    dashboards: str = "https://grafana.example.com"
    """Grafana's root: boards are under ``/d/UID``."""
    runbooks: str = "https://runbooks.example.com/obs"
    """The folder that holds ``ObsLoopSaturated.md``."""

    def dashboard(self, alert: Alert) -> str:
        """The alert's board with its variables filled in from the alert's labels, as a Go template."""
        variables = {"env": "env", "service": "service", **alert.filters}
        return f"{self.dashboards}/d/{alert.board}?from={SINCE}&to=now{filled(variables)}"

    def runbook(self, alert: Alert) -> str:
        return f"{self.runbooks}/{quote(alert.name)}.md"


def filled(variables: Mapping[str, str]) -> str:
    """``urlquery`` is text/template's own (https://pkg.go.dev/text/template#hdr-Functions)."""
    return "".join(f"&var-{name}={{{{ $labels.{label} | urlquery }}}}" for name, label in variables.items())
