"""Buckets over time."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from obs.generate.boards.grafana.frame import frame, plain
from obs.generate.boards.panel import Heatmap

LEGACY = (
    *("cards", "color", "dataFormat", "heatmap", "hideZeroBuckets", "highlightCards", "legend", "reverseYBuckets"),
    *("tooltip", "xAxis", "xBucketNumber", "xBucketSize", "yAxis", "yBucketBound", "yBucketNumber", "yBucketSize"),
)
"""What grafanalib writes: the panel of Grafana 8, which 11 can only migrate."""


def heatmap(panel: Heatmap) -> Any:
    options = {
        "calculate": False,
        "cellGap": 1,
        "cellValues": {"unit": "reqps"},
        "color": {
            "mode": "scheme",
            "scheme": "Oranges",
            "fill": "dark-orange",
            "scale": "exponential",
            "exponent": 0.5,
            "steps": 64,
            "reverse": False,
        },
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "showValue": "never",
        "tooltip": {"mode": "single", "yHistogram": True, "showColorScale": False},
        "yAxis": {"axisPlacement": "left", "unit": panel.unit, "reverse": False},
    }
    field = {"defaults": {"unit": panel.unit, "thresholds": None, "custom": {"scaleDistribution": {"type": "linear"}}}}
    old = core.Heatmap(**frame(panel), options={}, extraJson=None)
    found = plain(old)
    for key in LEGACY:
        found.pop(key, None)
    found["options"] = options
    found["fieldConfig"] = {"defaults": field["defaults"], "overrides": []}
    return found
