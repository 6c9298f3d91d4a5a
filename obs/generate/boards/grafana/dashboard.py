"""The whole board."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from obs.generate.boards.board import Annotation, Board
from obs.generate.boards.grafana.frame import plain, pruned
from obs.generate.boards.grafana.panels import drawn
from obs.generate.boards.grafana.target import SOURCE
from obs.generate.boards.grafana.variables import datasource, variable
from obs.generate.boards.layout import places
from obs.generate.boards.links import TAG

SCHEMA = 39
"""Of Grafana 10.3; later ones migrate from it. grafanalib says 12, for which Grafana 11 has no migration of panels."""

SHARED_CROSSHAIR = 1

UNREAD = ("__inputs", "gnetId", "hideControls", "id", "rows", "sharedCrosshair", "style")


class Dashboard(core.Dashboard):  # type: ignore[misc]  # grafanalib has no types
    """One whose JSON is what Grafana reads today, and nothing else."""

    def to_json_data(self) -> dict[str, Any]:
        found: dict[str, Any] = pruned(plain(super().to_json_data()))
        found["timepicker"].pop("time_options")
        return {key: value for key, value in found.items() if key not in UNREAD}


def dashboard(board: Board) -> Dashboard:
    """What grafanalib's ``generate-dashboard`` takes."""
    return Dashboard(
        title=board.title,
        uid=board.uid,
        description=board.description,
        tags=[TAG, f"{TAG}-{board.name}"],
        panels=[drawn(board.name, place) for place in places(board)],
        templating=core.Templating([datasource(), *map(variable, board.variables)]),
        annotations=core.Annotations([annotation(item) for item in board.annotations]),
        links=[BETWEEN],
        refresh=board.refresh,
        time=core.Time(board.since, "now"),
        timezone="browser",
        schemaVersion=SCHEMA,
        graphTooltip=SHARED_CROSSHAIR,
        editable=False,
        version=1,
    )


BETWEEN = core.DashboardLink(title="obs", type="dashboards", tags=[TAG], includeVars=True, keepTime=True)
"""At the top of each board: all the others, with the time and what is chosen."""


def annotation(item: Annotation) -> dict[str, Any]:
    return {
        "datasource": SOURCE,
        "enable": True,
        "expr": item.expr,
        "hide": False,
        "iconColor": item.colour,
        "name": item.name,
        "step": "60s",
        "titleFormat": item.title,
    }
