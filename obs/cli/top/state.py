"""What somebody who watches has asked for, and what each key changes of it: a state machine without a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from obs.cli.top.sorts import SORTS
from obs.host.groups import GROUPS
from obs.host.table import UNITS

PAGE = 10
"""Rows that a page key moves."""


class Scope(NamedTuple):
    """A feature or team that was opened: its works alone are shown."""

    by: str
    name: str


@dataclass(frozen=True, slots=True)
class State:
    """Everything that is not data."""

    by: str = "work"
    sort: str = "rate"
    unit: str = "each"
    """Of the clocks: one of UNITS."""
    filter: str = ""
    scope: Scope | None = None
    selected: str = ""
    """The name of the row under the bar; if it is none of those that are shown, the first is."""
    opened: str = ""
    """The work whose details are shown, if any."""
    typing: bool = False
    """Whether keys go into the filter."""
    paused: bool = False
    help: bool = False
    done: bool = False


def press(state: State, key: str, names: Sequence[str]) -> State:
    """The state after ``key``, with rows of these ``names`` on the screen in this order."""
    if state.typing:
        return write(state, key)
    if key in ("q", "Q"):
        return replace(state, done=True)
    if state.help:
        return replace(state, help=False)
    if key in ANYWHERE:
        return ANYWHERE[key](state)
    if state.opened:
        return inside(state, key, names)
    if key in MOVES:
        return move(state, MOVES[key], names)
    return enter(state, names) if key == "enter" else KEYS[key](state) if key in KEYS else state


def write(state: State, key: str) -> State:
    """A key while the filter is typed. Esc takes it away again."""
    if key in ("enter", "up", "down"):
        return replace(state, typing=False)
    if key == "esc":
        return replace(state, typing=False, filter="")
    if key == "backspace":
        return replace(state, filter=state.filter[:-1], typing=bool(state.filter))
    return replace(state, filter=state.filter + key) if len(key) == 1 and key.isprintable() else state


def inside(state: State, key: str, names: Sequence[str]) -> State:
    """A key while one work is open: the next and the previous are beside it."""
    if key in ("esc", "enter", "backspace", "left"):
        return replace(state, opened="")
    if key in MOVES:
        moved = move(replace(state, selected=state.opened), MOVES[key], names)
        return replace(moved, opened=moved.selected or state.opened)
    return state


def back(state: State) -> State:
    """Esc takes away what was asked for last: the filter, then the scope."""
    if state.filter:
        return replace(state, filter="")
    if state.scope:
        return replace(state, by=state.scope.by, scope=None, selected=state.scope.name)
    return state


def index(state: State, names: Sequence[str]) -> int:
    """Which row is under the bar."""
    return names.index(state.selected) if state.selected in names else 0


def move(state: State, by: int, names: Sequence[str]) -> State:
    if not names:
        return state
    return replace(state, selected=names[min(max(index(state, names) + by, 0), len(names) - 1)])


def enter(state: State, names: Sequence[str]) -> State:
    """Open the row under the bar: a work, or the works of a feature or team."""
    if not names:
        return state
    name = names[index(state, names)]
    if state.by == "work":
        return replace(state, selected=name, opened=name)
    return replace(state, by="work", scope=Scope(state.by, name), filter="", selected="")


def after(choices: Sequence[str], chosen: str) -> str:
    return choices[(choices.index(chosen) + 1) % len(choices)]


def sorter(sort: str) -> Callable[[State], State]:
    return lambda state: replace(state, sort=sort)


def regroup(state: State) -> State:
    return replace(state, by=after(list(GROUPS), state.by), scope=None, selected="")


FAR = 1_000_000

MOVES = {"up": -1, "k": -1, "down": 1, "j": 1, "pageup": -PAGE, "pagedown": PAGE, "home": -FAR, "end": FAR}

ANYWHERE: Mapping[str, Callable[[State], State]] = {
    " ": lambda state: replace(state, paused=not state.paused),
    "?": lambda state: replace(state, help=True),
}

KEYS: Mapping[str, Callable[[State], State]] = {
    **{sort[0]: sorter(sort) for sort in SORTS},
    "/": lambda state: replace(state, typing=True),
    "g": regroup,
    "u": lambda state: replace(state, unit=after(UNITS, state.unit)),
    "esc": back,
    "backspace": back,
    "left": back,
}
