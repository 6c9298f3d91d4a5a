"""The shapes that most panels and rows have, so that a board reads as the list of what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict, Unpack

from obs.generate.boards.board import Row
from obs.generate.boards.layout import COLUMNS
from obs.generate.boards.panel import Column, Panel, Query, Stat, Step, TimeSeries
from obs.generate.boards.promql import against, ago, owned


class Look(TypedDict, total=False):
    """What may differ of lines: the fields of :class:`TimeSeries` of the same names."""

    width: int
    colours: Mapping[str, str]
    units: Mapping[str, str]
    steps: tuple[Step, ...]
    dashed: tuple[str, ...]
    table: bool
    least: float | None
    most: float | None


def figure(
    key: str,
    title: str,
    unit: str,
    expr: str,
    steps: tuple[Step, ...] = (),
    *,
    none: str = "",
    decimals: int | None = None,
) -> Stat:
    """One number; ``none`` is said where there is none."""
    return Stat(
        key=key, title=title, unit=unit, queries=(Query(expr),), steps=steps, none=none or Stat.none, decimals=decimals
    )


def lines(key: str, title: str, unit: str, asked: Mapping[str, str], **look: Unpack[Look]) -> TimeSeries:
    """``asked``: by its legend, what each line or bundle of lines is."""
    queries = tuple(Query(expr, legend) for legend, expr in asked.items())
    return TimeSeries(key=key, title=title, unit=unit, queries=queries, **look)


def areas(key: str, title: str, unit: str, asked: Mapping[str, str], **look: Unpack[Look]) -> TimeSeries:
    """The same, of what adds up."""
    return replace(lines(key, title, unit, asked, **look), stacked=True)


def changes(expr: str, steps: tuple[Step, ...]) -> tuple[Column, ...]:
    """By which part ``expr``, of works and in recorded series, is above what it was."""
    return tuple(
        Column(title, owned(against(expr, ago(expr, back))), "percentunit", steps, decimals=0)
        for title, back in (("1 h", "1h"), ("1 d", "1d"), ("1 w", "1w"))
    )


def row(*panels: Panel, title: str = "", height: int = 8) -> Row:
    """Side by side; those that don't say how wide they are share what is left."""
    free = [panel for panel in panels if not panel.width]
    each = (COLUMNS - sum(panel.width for panel in panels)) // max(1, len(free))
    return Row(tuple(replace(panel, width=panel.width or each) for panel in panels), height, title)


def figures(*panels: Stat) -> Row:
    """The numbers at the top of a board, the most important first."""
    return row(*panels, height=4)
