"""How wide a table's columns are, in pixels.

Grafana gives what has no width an equal part of the rest, and at least 150 pixels: then the last columns are cut off
(getColumns in packages/grafana-ui/src/components/Table/utils.ts).
"""

from __future__ import annotations

from collections.abc import Iterator

from obs.generate.boards.panel import Column, Table

LABEL = 110
"""Of a label that shares nothing: names of services and teams."""

BAR = 180

LETTER, AROUND = 8, 40
"""A title's letters; its margins, and the arrow of the order or the funnel beside it."""

VALUES = {"reqps": 92, "cps": 92, "bytes": 92, "dateTimeFromNow": 200}
LEAST = 84
"""What a value needs with its unit: ``1.42 mins``."""


def of_label(panel: Table, label: str) -> int | None:
    """None: it shares what is left, or isn't seen."""
    free = (*panel.hidden, *(panel.wide or panel.by[:1]))
    return None if label in free else panel.widths.get(label, LABEL)


def of_figure(column: Column) -> int:
    return BAR if column.bar else max(LETTER * len(column.title) + AROUND, VALUES.get(column.unit, LEAST))


def fixed(panel: Table) -> Iterator[int]:
    """The widths of the columns that have one and are seen."""
    yield from (width for label in panel.by if (width := of_label(panel, label)))
    yield from map(of_figure, panel.columns)
