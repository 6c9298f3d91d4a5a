"""What a site changes of the boards, by stable key and without touching them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from obs.config.wrong import did_you_mean
from obs.errors import ObsError
from obs.generate.boards.board import Board, Row
from obs.generate.boards.colours import BAD, WARN
from obs.generate.boards.panel import Panel, Step

T = TypeVar("T", Board, Panel)
Changes = Mapping[str, Mapping[str, Any]]

OF_BOARD = {"title": "title", "description": "description", "refresh": "refresh", "since": "since"}
OF_PANEL = {"title": "title", "description": "description", "interval": "interval", "unit": "unit"}
"""What a site calls it, and the field."""


def overridden(boards: Iterable[Board], of_boards: Changes, of_panels: Changes) -> tuple[Board, ...]:
    """``boards`` with changes by uid (``obs-overview``) and by uid and panel (``obs-overview/failed``).

    Raises ObsError, which names the key, for one that isn't there or that changes nothing.
    """
    boards = tuple(boards)
    known = {board.uid: board for board in boards}
    every = {f"{board.uid}/{panel.key}" for board in boards for panel in board.panels}
    for key in of_boards:
        require(key, set(known), f'[board."{key}"]')
    for key in of_panels:
        require(key, every, f'[panel."{key}"]')
    kept = (board for board in boards if not removed(of_boards.get(board.uid, {}), f'[board."{board.uid}"]'))
    return tuple(board_changed(board, of_boards.get(board.uid, {}), of_panels) for board in kept)


def board_changed(board: Board, changes: Mapping[str, Any], of_panels: Changes) -> Board:
    wanted = {key: value for key, value in changes.items() if key not in ("remove", "interval")}
    changed = set_fields(board, wanted, OF_BOARD, f'[board."{board.uid}"]')

    def one(panel: Panel) -> Panel | None:
        if "interval" in changes:
            panel = replace(panel, interval=str(changes["interval"]))
        key = f"{board.uid}/{panel.key}"
        return panel_changed(panel, of_panels[key], f'[panel."{key}"]') if key in of_panels else panel

    return mapped(changed, one)


def mapped(board: Board, change: Callable[[Panel], Panel | None]) -> Board:
    """The board with each panel changed. None takes it out: those beside it widen, and an empty row goes."""
    rows = (row._replace(panels=tuple(p for p in map(change, row.panels) if p is not None)) for row in board.rows)
    return replace(board, rows=tuple(joined(rows)))


def joined(rows: Iterable[Row]) -> Iterable[Row]:
    """Rows with panels; the title of one that went is the next one's, if that has none."""
    title = ""
    for row in rows:
        title = row.title or title
        if row.panels:
            yield row._replace(title=title)
            title = ""


def panel_changed(panel: Panel, changes: Mapping[str, Any], where: str) -> Panel | None:
    if removed(changes, where):
        return None
    wanted = {key: value for key, value in changes.items() if key not in ("remove", "thresholds")}
    found = set_fields(panel, wanted, OF_PANEL, where)
    if "thresholds" in changes:
        found = replace(found, steps=thresholds(changes["thresholds"], f"{where} thresholds"))
        if found.steps == panel.steps:
            raise ObsError(f"{where}: thresholds are these already; remove the change")
    return found


def thresholds(value: Any, where: str) -> tuple[Step, ...]:
    """From ``{warn = 0.5, bad = 0.9}``, or one of them."""
    if not isinstance(value, Mapping) or not value or set(value) - {"warn", "bad"}:
        raise ObsError(f"{where}: write {{warn = NUMBER, bad = NUMBER}}")
    if any(isinstance(item, bool) or not isinstance(item, int | float) for item in value.values()):
        raise ObsError(f"{where}: warn and bad are numbers in the panel's unit")
    found = [Step(float(value[name]), colour) for name, colour in (("warn", WARN), ("bad", BAD)) if name in value]
    return tuple(sorted(found))


def set_fields(item: T, changes: Mapping[str, Any], fields: Mapping[str, str], where: str) -> T:
    for key, value in changes.items():
        field = fields.get(key)
        if field is None:
            raise ObsError(f"{where}: {key} can't be changed; {', '.join(fields)} and remove can")
        if not isinstance(value, str):
            raise ObsError(f"{where}: {key} is {value!r}; write a text")
        if getattr(item, field) == value:
            raise ObsError(f"{where}: {key} is {value!r} already; remove the change")
        wanted: dict[str, Any] = {field: value}
        item = replace(item, **wanted)
    return item


def removed(changes: Mapping[str, Any], where: str) -> bool:
    value = changes.get("remove", False)
    if not isinstance(value, bool):
        raise ObsError(f"{where}: remove is {value!r}; write true or false")
    return value


def require(key: str, known: set[str], where: str) -> None:
    if key not in known:
        fix = did_you_mean(key, sorted(known), f"the first are {', '.join(sorted(known)[:8])}")
        raise ObsError(f"{where}: there is no {key}; {fix}")
