"""What a board is made of: frozen values that say what is shown, not how Grafana spells it.

Widths are columns of Grafana's grid, which has 24. Units are Grafana's names: ``s``, ``reqps``, ``percentunit`` (0 to
1), ``bytes``, ``short``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, Self

Form = Literal["range", "instant", "table", "heatmap", "exemplars"]
"""Over time; at the end of it; the same as rows; buckets over time; with exemplars, which only raw series have."""


class Query(NamedTuple):
    """One question to Prometheus."""

    expr: str
    legend: str = ""
    """``{{label}}`` is that label's value."""
    form: Form = "range"


class Step(NamedTuple):
    """From ``value`` on, a figure has this colour."""

    value: float
    colour: str


class Link(NamedTuple):
    """From a value or a row to somewhere else; ``url`` may hold Grafana's ``${__data.fields.…}``."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What every panel has. ``key`` is its name for ever: overrides, ids and links hold on to it."""

    key: str
    title: str
    description: str = ""
    """What it means, and what to do: every panel has one."""
    width: int = 0
    """0: what the others of its row leave (:func:`obs.generate.boards.shapes.row`)."""
    queries: tuple[Query, ...] = ()
    unit: str = "short"
    steps: tuple[Step, ...] = ()
    """Rising; below the first a figure is green."""
    interval: str = "15s"
    """The least step. At least the scrape's interval: $__rate_interval is four of it, so that no rate lacks samples."""
    links: tuple[Link, ...] = ()

    def about(self, description: str) -> Self:
        """With this description."""
        return replace(self, description=description)


@dataclass(frozen=True, kw_only=True)
class TimeSeries(Panel):
    """Lines, or areas that add up."""

    stacked: bool = False
    colours: Mapping[str, str] = field(default_factory=dict)
    """By the name of a series."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Of series with another unit than the panel's, by name; they have the axis on the right."""
    dashed: tuple[str, ...] = ()
    """Names of series that are there to compare with."""
    table: bool = True
    """Whether the legend is a table with last, mean and max; else one line."""
    least: float | None = 0
    """Bottom of the axis; None where what is below 0 is to be seen too."""
    most: float | None = None
    """Top of the axis, where there is a natural one."""


@dataclass(frozen=True, kw_only=True)
class Stat(Panel):
    """One figure, and its course behind it."""

    none: str = "none"
    """What stands there without data."""
    worst: Literal["lastNotNull", "max", "min"] = "lastNotNull"
    decimals: int | None = None


class Column(NamedTuple):
    """One figure of a table: a question, and how its answers look."""

    title: str
    expr: str
    unit: str = "short"
    steps: tuple[Step, ...] = ()
    """Coloured text from the first on."""
    bar: bool = False
    decimals: int | None = None


@dataclass(frozen=True, kw_only=True)
class Table(Panel):
    """One row for each set of ``by``, one column for each question."""

    by: tuple[str, ...]
    """Labels, the first columns in this order."""
    columns: tuple[Column, ...] = ()
    sort: str = ""
    """Title of the column that the greatest of is first."""
    rising: bool = False
    """The least first."""
    hidden: tuple[str, ...] = ()
    """Labels that only links need."""
    wide: tuple[str, ...] = ()
    """Labels that share the room that the other columns leave; the first, if none is named."""
    widths: Mapping[str, int] = field(default_factory=dict)
    """Pixels of other labels, where a name of a service would not do."""


@dataclass(frozen=True, kw_only=True)
class Heatmap(Panel):
    """How many by size, over time: one query of the form ``heatmap``."""


@dataclass(frozen=True, kw_only=True)
class Bars(Panel):
    """One bar for each series: shares of something, the greatest first."""

    most: float | None = None


@dataclass(frozen=True, kw_only=True)
class Text(Panel):
    """Markdown."""

    content: str = ""
