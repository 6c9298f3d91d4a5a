"""A query as Grafana 10 and later read it."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from obs.generate.boards.panel import Query

SOURCE = {"type": "prometheus", "uid": "${datasource}"}

FORMATS = {
    "range": "time_series",
    "instant": "time_series",
    "exemplars": "time_series",
    "table": "table",
    "heatmap": "heatmap",
}


class Target(core.Target):  # type: ignore[misc]  # grafanalib has no types
    """grafanalib's has no ``exemplar`` and no ``range``, and writes keys of Graphite and of Grafana 6."""

    def __init__(self, *, exemplar: bool, **fields: Any) -> None:
        super().__init__(datasource=SOURCE, **fields)
        self.exemplar = exemplar

    def to_json_data(self) -> dict[str, Any]:
        return {
            "datasource": self.datasource,
            "editorMode": "code",
            "exemplar": self.exemplar,
            "expr": self.expr,
            "format": self.format,
            "instant": self.instant,
            "legendFormat": self.legendFormat,
            "range": not self.instant,
            "refId": self.refId,
        }


def targets(queries: tuple[Query, ...]) -> list[Target]:
    """A, B, C … in order."""
    return [target(query, chr(ord("A") + number)) for number, query in enumerate(queries)]


def target(query: Query, ref: str) -> Target:
    return Target(
        expr=query.expr,
        legendFormat=query.legend,
        refId=ref,
        format=FORMATS.get(query.form, "time_series"),
        instant=query.form in ("instant", "table"),
        exemplar=query.form == "exemplars",
    )
