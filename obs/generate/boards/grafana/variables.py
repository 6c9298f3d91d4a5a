"""What one may choose, as Grafana has it."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from obs.generate.boards.board import Variable
from obs.generate.boards.grafana.target import SOURCE

ON_TIME_RANGE = 2
"""When the choices are looked up anew: https://grafana.com/docs/grafana/latest/dashboards/variables/"""

ALL = {"selected": True, "text": ["All"], "value": ["$__all"]}

DATASOURCE = core.Template(
    name="datasource", label="Prometheus", type="datasource", query="prometheus", refresh=1, sort=1
)

GRAPHITE = ("auto", "auto_count", "auto_min", "tagValuesQuery", "tagsQuery", "useTags")
"""grafanalib writes them for every variable."""


def variable(given: Variable) -> dict[str, Any]:
    found: dict[str, Any] = custom(given) if given.custom else query(given)
    return without_old(found) | {"skipUrlSync": False}


def datasource() -> dict[str, Any]:
    return without_old(DATASOURCE.to_json_data()) | {"current": {}, "skipUrlSync": False}


def query(given: Variable) -> dict[str, Any]:
    many = bool(given.every)
    template = core.Template(
        name=given.name,
        label=given.label,
        query=given.query,
        dataSource=SOURCE,
        allValue=given.every or None,
        includeAll=many,
        multi=many,
        refresh=ON_TIME_RANGE,
        regex=given.regex,
        hide=2 if given.hidden else 0,
    )
    found: dict[str, Any] = template.to_json_data()
    return found | {
        "current": ALL if many else {},
        "definition": given.query,
        "query": {"query": given.query, "refId": f"Variable-{given.name}"},
    }


def custom(given: Variable) -> dict[str, Any]:
    template = core.Template(
        name=given.name, label=given.label, query=given.query, type="custom", default=given.default, sort=0
    )
    found: dict[str, Any] = template.to_json_data()
    return {key: value for key, value in found.items() if key not in ("refresh", "regex")}


def without_old(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key not in GRAPHITE}
