"""A board: rows of panels, and what one may choose on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from obs.generate.boards.panel import Panel


class Row(NamedTuple):
    """One line of panels, whose widths add up to 24."""

    panels: tuple[Panel, ...]
    height: int = 8
    """In Grafana's units of 30 pixels."""
    title: str = ""
    """Begins a section of this name."""


class Variable(NamedTuple):
    """What one may choose, or what follows from a choice."""

    name: str
    label: str
    query: str
    """``label_values(…)``; of a custom variable its choices."""
    every: str = ".+"
    """What All stands for; empty: one has to be chosen."""
    regex: str = ""
    """``/…(group)…/``: what of each value is meant."""
    hidden: bool = False
    """Not shown: it follows from another, or is only kept for the boards that links lead to."""
    custom: bool = False
    default: str = ""


class Annotation(NamedTuple):
    """A mark on every panel's time axis."""

    name: str
    expr: str
    title: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """One page of Grafana."""

    name: str
    """Of its file, and in stable keys."""
    title: str
    description: str
    """What it answers."""
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...]
    annotations: tuple[Annotation, ...]
    refresh: str = "30s"
    since: str = "now-1h"

    @property
    def uid(self) -> str:
        return f"obs-{self.name}"

    @property
    def panels(self) -> tuple[Panel, ...]:
        return tuple(panel for row in self.rows for panel in row.panels)
