"""Lines and areas."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from obs.generate.boards.grafana.frame import fixed, frame, of_name
from obs.generate.boards.panel import TimeSeries

WIDE = 12
"""Columns from which a legend has room at the side, where all of it is to be seen."""

SORTED = {"sortBy": "Last *", "sortDesc": True}
"""The greatest first."""


def time_series(panel: TimeSeries) -> Any:
    return core.TimeSeries(
        **frame(panel),
        unit=panel.unit,
        lineWidth=1,
        fillOpacity=40 if panel.stacked else 0,
        stacking={"mode": "normal" if panel.stacked else "none", "group": "A"},
        showPoints="never",
        legendDisplayMode="table" if panel.table else "list",
        legendPlacement="right" if panel.table and panel.width >= WIDE else "bottom",
        legendCalcs=["lastNotNull", "max"] if panel.table else [],
        tooltipMode="multi",
        tooltipSort="desc",
        thresholdsStyleMode="dashed" if panel.steps else "off",
        overrides=overrides(panel),
        extraJson=mended(panel),
    )


def overrides(panel: TimeSeries) -> list[dict[str, Any]]:
    coloured = [of_name(name, color=fixed(colour)) for name, colour in panel.colours.items()]
    dashed = [of_name(name, custom__lineStyle={"fill": "dash", "dash": [6, 6]}) for name in panel.dashed]
    units = [of_name(name, unit=unit, custom__axisPlacement="right") for name, unit in panel.units.items()]
    return [*coloured, *dashed, *units]


def mended(panel: TimeSeries) -> dict[str, Any]:
    """What grafanalib's TimeSeries has no argument for, or only whole numbers."""
    defaults: dict[str, Any] = {"min": panel.least, "max": panel.most}
    if panel.stacked:
        defaults["custom"] = {"lineWidth": 0}
    return {
        "fieldConfig": {
            "defaults": defaults | {"custom": {"scaleDistribution": {"log": None}} | defaults.get("custom", {})}
        },
        "options": {"legend": {"showLegend": True} | (SORTED if panel.table else {})},
    }
