"""One figure."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from obs.generate.boards.grafana.frame import frame
from obs.generate.boards.panel import Stat


def stat(panel: Stat) -> Any:
    """grafanalib's shows the mean, has no thresholds of its own and says "none" where there is nothing."""
    return core.Stat(
        **frame(panel),
        format=panel.unit,
        reduceCalc=panel.worst,
        noValue=panel.none,
        decimals=panel.decimals,
        color={"mode": "thresholds"},
        colorMode="value",
        graphMode="area",
        textMode="value",
    )
