"""Every query that a board holds, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["panel", "variable", "annotation"]
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """One query."""

    kind: Kind
    place: str
    """For people: ``API: Requests by route: B``."""
    expr: str
    """With Grafana's variables in it. Of a variable it is ``label_values(…)`` or another function of Grafana's."""
    ref: str = "A"
    instant: bool = False
    """Asked at one time and not over the range."""
    panel: Json | None = None
    """The panel that it belongs to."""
    data: Json | None = None
    """The target as the board has it."""


def panels(board: Json) -> Iterator[Json]:
    """Each panel of the board; those inside collapsed rows too, and the rows."""
    for panel in board.get("panels", ()):
        yield panel
        yield from panel.get("panels") or ()


def targets(board: Json) -> Iterator[Target]:
    """Each query of the board: of its panels, variables and annotations."""
    for panel in panels(board):
        yield from of_panel(board, panel)
    for variable in board.get("templating", {}).get("list", ()):
        if variable["type"] == "query":
            yield Target("variable", f"{board['title']}: ${variable['name']}", query_of(variable))
    for note in board.get("annotations", {}).get("list", ()):
        if expr := note.get("expr") or (note.get("target") or {}).get("expr"):
            yield Target("annotation", f"{board['title']}: {note['name']}", expr, data=note)


def of_panel(board: Json, panel: Json) -> Iterator[Target]:
    """Each query of one panel."""
    for target in panel.get("targets") or ():
        if target.get("expr"):
            ref = target.get("refId", "A")
            place = f"{board['title']}: {panel.get('title', '')}: {ref}"
            yield Target("panel", place, target["expr"], ref, bool(target.get("instant")), panel, target)


def query_of(variable: Json) -> str:
    """The query of a variable: a string, or since Grafana 8 an object with one."""
    query = variable.get("query") or variable.get("definition") or ""
    return query if isinstance(query, str) else str(query.get("query", ""))
