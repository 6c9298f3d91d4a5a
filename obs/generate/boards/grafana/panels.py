"""Each kind of panel and who draws it: the one list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from obs.generate.boards.grafana.bars import bars
from obs.generate.boards.grafana.frame import identity, plain, pruned
from obs.generate.boards.grafana.heatmap import heatmap
from obs.generate.boards.grafana.stat import stat
from obs.generate.boards.grafana.table import table
from obs.generate.boards.grafana.text import text
from obs.generate.boards.grafana.time_series import time_series
from obs.generate.boards.layout import Place
from obs.generate.boards.panel import Bars, Heatmap, Panel, Stat, Table, Text, TimeSeries

KINDS: dict[type[Panel], Callable[[Any], Any]] = {
    TimeSeries: time_series,
    Stat: stat,
    Table: table,
    Heatmap: heatmap,
    Bars: bars,
    Text: text,
}

UNREAD = ("cacheTimeout", "color", "editable", "error", "height", "hideTimeOverride", "minSpan", "span")
"""Keys of every panel of grafanalib's that Grafana no longer reads."""


def drawn(board: str, place: Place) -> dict[str, Any]:
    """The JSON of what is at ``place``."""
    where = {"h": place.height, "w": place.width, "x": place.x, "y": place.y}
    if place.panel is None:
        number = identity(board, f"row {place.title}")
        return {"collapsed": False, "gridPos": where, "id": number, "panels": [], "title": place.title, "type": "row"}
    found: dict[str, Any] = pruned(plain(KINDS[type(place.panel)](place.panel)))
    for key in UNREAD:
        found.pop(key, None)
    if not isinstance(place.panel, Table):
        found.pop("transformations", None)
    return found | {"gridPos": where, "id": identity(board, place.panel.key)}
