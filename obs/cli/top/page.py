"""What is on the screen: a function of the moment, of what was asked for, and of the screen's size."""

from __future__ import annotations

from obs.cli.top import detail, footer, header, manual, overview
from obs.cli.top.history import History
from obs.cli.top.moment import Moment
from obs.cli.top.state import State
from obs.cli.top.text import fit
from obs.host.blocks.render import Line
from obs.host.rates import Rates
from obs.host.runs import LiveRun

LEAST = (40, 10)
"""Columns and lines below which nothing can be shown."""


def page(
    run: LiveRun, moment: Moment, rates: Rates, history: History, state: State, width: int, height: int
) -> list[Line]:
    """``height`` lines at most, none of more than ``width`` characters. ``rates``: the rows, in their order."""
    if width < LEAST[0] or height < LEAST[1]:
        return [fit([("", f"obs top needs {LEAST[0]}x{LEAST[1]}")], width)]
    top = header.lines(run, moment, state, width)
    room = height - len(top) - 2
    if state.help:
        body = manual.lines()
    elif state.opened:
        body = detail.lines(moment, rates, history, state, width, room)
    else:
        body = overview.lines(moment, rates, state, width, room)
    body = body[:room]
    empty: Line = []
    filled = [*top, empty, *body, *[empty] * (room - len(body)), footer.line(state, width)]
    return [fit(line, width) for line in filled]
