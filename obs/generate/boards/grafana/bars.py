"""One bar for each series."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from obs.generate.boards.grafana.frame import frame, plain
from obs.generate.boards.panel import Bars


def bars(panel: Bars) -> Any:
    """grafanalib's has the options of Grafana 6 (``fieldOptions``)."""
    found = plain(core.BarGauge(**frame(panel) | {"thresholds": []}))
    found["options"] = {
        "displayMode": "basic",
        "minVizHeight": 16,
        "minVizWidth": 8,
        "maxVizHeight": 300,
        "namePlacement": "auto",
        "orientation": "horizontal",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "showUnfilled": True,
        "sizing": "auto",
        "valueMode": "color",
    }
    found["fieldConfig"] = {
        "defaults": {
            "color": {"mode": "thresholds"},
            "mappings": [],
            "max": panel.most,
            "min": 0,
            "thresholds": {"mode": "absolute", "steps": frame(panel)["thresholds"]},
            "unit": panel.unit,
        },
        "overrides": [],
    }
    return found
