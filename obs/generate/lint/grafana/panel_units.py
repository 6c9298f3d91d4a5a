from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.check import Check
from obs.generate.lint.files.board import Board, title
from obs.generate.lint.files.query import Json
from obs.generate.lint.grafana.kinds import DRAWN
from obs.generate.lint.grafana.units import UNITS
from obs.generate.lint.problem import Problem
from obs.generate.lint.world import World


class PanelUnits(Check):
    """Each panel has a unit that Grafana knows; value mappings, or a text for a figure, need none."""

    name = "panel-units-rule"

    def panel(self, panel: Json, board: Board, world: World) -> Iterator[Problem]:
        if panel.get("type") not in DRAWN or shows_text(panel) or mapped(panel):
            return
        unit = unit_of(panel)
        if unit not in UNITS:
            said = f'has the unit "{unit}", which Grafana doesn\'t have' if unit else "has no unit"
            yield self.problem(title(panel), said, "use one such as s, reqps, percentunit, bytes, short")


def config(panel: Json) -> Json:
    found: Json = panel.get("fieldConfig") or {}
    return found


def shows_text(panel: Json) -> bool:
    """Whether a stat shows a field that is no number: Grafana writes the empty text for all numbers."""
    options = (panel.get("options") or {}).get("reduceOptions") or {}
    return panel.get("type") == "stat" and bool(options.get("fields"))


def mapped(panel: Json) -> bool:
    defaults = config(panel).get("defaults") or {}
    return bool(defaults.get("mappings") or overrides(panel, "mappings"))


def overrides(panel: Json, key: str) -> list[object]:
    """The values of that property in the panel's overrides."""
    properties = (p for found in config(panel).get("overrides") or () for p in found.get("properties") or ())
    return [found["value"] for found in properties if found.get("id") == key and found.get("value")]


def unit_of(panel: Json) -> str:
    """The last override's, else the default."""
    found = overrides(panel, "unit")
    return str(found[-1] if found else (config(panel).get("defaults") or {}).get("unit") or "")
