"""The last line: the keys."""

from __future__ import annotations

from typing import NamedTuple

from obs.cli.top.sorts import SORTS
from obs.cli.top.state import State
from obs.cli.top.text import length
from obs.host.blocks.render import Line

KEY = "bold cyan"
GAP = ("", "  ")


class Choice(NamedTuple):
    """A key, and what it does."""

    key: str
    what: str
    rank: int = 0
    """Those of the highest are left out first."""


INSIDE = (
    Choice("↑↓", "another work"),
    Choice("esc", "back"),
    Choice("space", "pause"),
    Choice("?", "help"),
    Choice("q", "quit"),
)
"""While one work is open."""


def line(state: State, width: int) -> Line:
    """What can be done now."""
    if state.typing:
        return [(KEY, "/ "), ("", f"{state.filter}▏"), ("dim", "   enter keeps it, esc takes it away")]
    if state.help:
        return [("dim", "any key goes back")]
    if state.opened:
        return keys(*INSIDE)
    return table(state, width)


def table(state: State, width: int) -> Line:
    """The keys of the table; where there is no room, the last of :func:`choices` are left out first."""
    kept: Line = [("black on yellow", f"/ {state.filter}"), GAP] if state.filter else []
    head = [*kept, ("dim", "by "), *sorts(state)]
    offered = choices(state)
    while offered and length([*head, GAP, *keys(*offered)]) > width:
        offered.remove(max(offered, key=lambda choice: choice.rank))
    return [*head, GAP, *keys(*offered)]


def choices(state: State) -> list[Choice]:
    """Beside the sorts."""
    back = f"all of {state.scope.by} {state.scope.name}" if state.scope else "all" if state.filter else ""
    found = [
        Choice("esc", back, 2),
        Choice("/", "filter", 4 if state.filter else 2),
        Choice("⏎", "open", 3),
        Choice("g", f"by {state.by}", 5),
        Choice("u", f"clocks: {state.unit}", 5),
        Choice("space", "pause", 6),
        Choice("?", "help", 0),
        Choice("q", "quit", 1),
    ]
    return [choice for choice in found if choice.what]


def sorts(state: State) -> Line:
    """The columns that rows can be sorted by, the first letter of each its key."""
    found: Line = []
    for sort in SORTS:
        style = "reverse" if sort == state.sort else ""
        found += [("", " "), (f"{KEY} underline {style}".strip(), sort[0]), (style, sort[1:])]
    return found[1:]


def keys(*choices: Choice) -> Line:
    found: Line = []
    for choice in choices:
        found += [GAP, (KEY, choice.key), ("", f" {choice.what}")]
    return found[1:]
