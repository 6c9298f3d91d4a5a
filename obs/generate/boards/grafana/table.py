"""Rows of figures: one instant query for each column, put side by side by their labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grafanalib import core

from obs.generate.boards.grafana.columns import of_figure, of_label
from obs.generate.boards.grafana.frame import frame, link, of_name, steps
from obs.generate.boards.panel import Column, Query, Table


def table(panel: Table) -> Any:
    queries = tuple(Query(rows(panel, column), form="table") for column in panel.columns)
    return core.Table(
        **frame(panel, queries),
        unit=panel.unit,
        filterable=True,
        overrides=list(overrides(panel)),
        sortBy=[core.TableSortByField(displayName=panel.sort or panel.columns[0].title, desc=not panel.rising)],
        transformations=transformations(panel),
        extraJson=MENDED,
    )


def rows(panel: Table, column: Column) -> str:
    """Exactly the labels of ``by``: rows of two queries merge only if all their labels are the same."""
    return f"max by ({', '.join(panel.by)}) ({column.expr})"


TITLES = {"messaging_destination_name": "queue", "messaging_system": "broker", "alertname": "alert"}
"""What a label is called where its own name is too long."""

MENDED = {
    "columns": None,
    "fontSize": None,
    "mappings": None,
    "fieldConfig": {
        "defaults": {
            "color": {"mode": "thresholds"},
            "custom": {"displayMode": None, "cellOptions": {"type": "auto"}, "inspect": False},
            "mappings": [],
            "noValue": "-",
        }
    },
    "options": {"cellHeight": "sm"},
}
"""grafanalib puts colour and mappings where Grafana doesn't look, and how a cell looks where it looked before 9."""


def transformations(panel: Table) -> list[dict[str, Any]]:
    """Merge by equal labels; then the order and the titles of the columns."""
    values = [value_of(number, panel) for number in range(len(panel.columns))]
    names = [*panel.by, *values]
    renamed = {name: column.title for name, column in zip(values, panel.columns, strict=True)}
    return [
        {"id": "merge", "options": {}},
        {
            "id": "organize",
            "options": {
                "excludeByName": {"Time": True, "__name__": True},
                "includeByName": {},
                "indexByName": {name: index for index, name in enumerate(names)},
                "renameByName": renamed,
            },
        },
    ]


def value_of(number: int, panel: Table) -> str:
    """What Grafana calls the values of a query; without a letter if there is one only."""
    return f"Value #{chr(ord('A') + number)}" if len(panel.columns) > 1 else "Value"


def overrides(panel: Table) -> Iterator[dict[str, Any]]:
    for label in panel.by:
        links = [link(item) for item in panel.links if label == panel.by[0]] or None
        hidden = True if label in panel.hidden else None
        found = of_name(
            label,
            displayName=TITLES.get(label),
            links=links,
            custom__hidden=hidden,
            custom__width=of_label(panel, label),
        )
        if found["properties"]:
            yield found
    for column in panel.columns:
        yield of_column(column)


def of_column(column: Column) -> dict[str, Any]:
    cell: dict[str, Any] | None = {"type": "color-text"} if column.steps else None
    if column.bar:
        cell = {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"}
    return of_name(
        column.title,
        unit=column.unit,
        custom__cellOptions=cell,
        custom__width=of_figure(column),
        decimals=column.decimals,
        min=0 if column.bar else None,
        thresholds={"mode": "absolute", "steps": steps(column.steps)} if column.steps or column.bar else None,
    )
