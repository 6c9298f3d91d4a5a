"""The boards' JSON, read back with Grafana's own types (grafana-foundation-sdk): nothing is dropped."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from obs.generate.boards.board import Board
from obs.generate.boards.registry import BOARDS
from obs.generate.boards.write import document

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it prefers the next model, which Grafana 10 and 11 can't read
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.cog.plugins import register_default_plugins
    from grafana_foundation_sdk.models import common, dashboard, heatmap


def lost(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Where ``theirs`` lacks or has changed what ``ours`` has."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            yield from lost(value, theirs[key], f"{path}.{key}") if key in theirs else [f"{path}.{key}"]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for one, other in zip(ours, theirs, strict=True):
            yield from lost(one, other, f"{path}[]")
    elif ours != theirs:
        yield path


def back(board: Any) -> Any:
    register_default_plugins()
    return json.loads(JSONEncoder(sort_keys=True).encode(dashboard.Dashboard.from_json(board)))


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_nothing_is_dropped(board: Board) -> None:
    ours = document(board)
    assert not set(lost(ours, back(ours)))


def test_a_key_that_grafana_doesnt_know_would_be_seen() -> None:
    ours = document(BOARDS[0])
    ours["panels"][0]["fieldConfig"]["defaults"]["unti"] = "s"
    assert set(lost(ours, back(ours))) == {".panels[].fieldConfig.defaults.unti"}


ENUMS: dict[str, Any] = {
    "options.legend.displayMode": common.LegendDisplayMode,
    "options.legend.placement": common.LegendPlacement,
    "options.tooltip.mode": common.TooltipDisplayMode,
    "options.tooltip.sort": common.SortOrder,
    "options.colorMode": common.BigValueColorMode,
    "options.graphMode": common.BigValueGraphMode,
    "options.textMode": common.BigValueTextMode,
    "options.justifyMode": common.BigValueJustifyMode,
    "options.orientation": common.VizOrientation,
    "options.cellHeight": common.TableCellHeight,
    "options.valueMode": common.BarGaugeValueMode,
    "options.sizing": common.BarGaugeSizing,
    "options.namePlacement": common.BarGaugeNamePlacement,
    "options.displayMode": common.BarGaugeDisplayMode,
    "options.color.mode": heatmap.HeatmapColorMode,
    "options.color.scale": heatmap.HeatmapColorScale,
    "fieldConfig.defaults.color.mode": dashboard.FieldColorModeId,
    "fieldConfig.defaults.thresholds.mode": dashboard.ThresholdsMode,
    "fieldConfig.defaults.custom.axisPlacement": common.AxisPlacement,
    "fieldConfig.defaults.custom.drawStyle": common.GraphDrawStyle,
    "fieldConfig.defaults.custom.lineInterpolation": common.LineInterpolation,
    "fieldConfig.defaults.custom.gradientMode": common.GraphGradientMode,
    "fieldConfig.defaults.custom.showPoints": common.VisibilityMode,
    "fieldConfig.defaults.custom.stacking.mode": common.StackingMode,
    "fieldConfig.defaults.custom.scaleDistribution.type": common.ScaleDistribution,
    "fieldConfig.defaults.custom.thresholdsStyle.mode": common.GraphThresholdsStyleMode,
    "fieldConfig.defaults.custom.align": common.FieldTextAlignment,
    "fieldConfig.defaults.custom.cellOptions.type": common.TableCellDisplayMode,
}
"""Where Grafana wants one of few words. The SDK reads any word, so they are compared here."""


def at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


@pytest.mark.parametrize("path", ENUMS)
def test_words_are_those_that_grafana_knows(path: str) -> None:
    allowed = {member.value for member in ENUMS[path]}
    used = {at(panel, path) for board in BOARDS for panel in document(board)["panels"]} - {None}
    assert used, "no panel has it"
    assert used <= allowed
