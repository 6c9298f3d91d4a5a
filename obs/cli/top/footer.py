"""The last line: the keys."""

from __future__ import annotations

from obs.cli.top.command import SORTS
from obs.cli.top.state import State
from obs.cli.top.text import length
from obs.host.blocks.render import Line

KEY = "bold cyan"
GAP = ("", "  ")


def line(state: State, width: int) -> Line:
    """What can be done now."""
    if state.typing:
        return [(KEY, "/ "), ("", f"{state.filter}▏"), ("dim", "   enter keeps it, esc takes it away")]
    if state.help:
        return [("dim", "any key goes back")]
    if state.opened:
        return keys(("↑↓", "another work"), ("esc", "back"), ("space", "pause"), ("?", "help"), ("q", "quit"))
    return table(state, width)


def table(state: State, width: int) -> Line:
    """The keys of the table; the last ones are left out first where there is no room."""
    rest = [("/", f"filter{f': {state.filter}' if state.filter else ''}"), ("⏎", "open"), ("?", "help"), ("q", "quit")]
    more = [("g", f"by {state.by}"), ("u", f"clocks: {state.unit}"), ("space", "pause")]
    back = [("esc", f"all of {state.scope.by} {state.scope.name}")] if state.scope else []
    head = [("dim", "by "), *sorts(state)]
    wide = [*head, *tail(back, rest[:2], more, rest[2:])]
    return wide if length(wide) <= width else [*head, *tail(back, rest)]


def tail(*parts: list[tuple[str, str]]) -> Line:
    return [GAP, *keys(*(pair for part in parts for pair in part))]


def sorts(state: State) -> Line:
    """The columns that rows can be sorted by, the first letter of each its key."""
    found: Line = []
    for sort in SORTS:
        style = "reverse" if sort == state.sort else ""
        found += [("", " "), (f"{KEY} underline {style}".strip(), sort[0]), (style, sort[1:])]
    return found[1:]


def keys(*pairs: tuple[str, str]) -> Line:
    found: Line = []
    for key, what in pairs:
        found += [GAP, (KEY, key), ("", f" {what}")]
    return found[1:]
