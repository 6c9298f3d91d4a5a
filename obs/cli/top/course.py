"""The course of one work's numbers over the last minutes, as lines of small bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from obs.cli.top.history import FIELDS, History
from obs.cli.top.moment import Moment
from obs.cli.top.text import spark
from obs.host.blocks.render import Line
from obs.host.rates import Row
from obs.host.table import CLOCKS, cores, duration, rate

WORD = 14
"""Width of the words on the left."""

PEAK = 12
"""Room for the highest value, on the right."""

COLOURS = {"cpu": "green", "held": "magenta", "delay": "red", "wait": "blue", "rate": "cyan", "p99": "yellow"}


class Drawn(NamedTuple):
    """One line: a name, two numbers of now, and how the highest of its course is written."""

    name: str
    each: str
    all: str
    text: Callable[[float], str]


def lines(row: Row | None, work: str, moment: Moment, history: History, width: int) -> Iterator[Line]:
    """A heading, and a line for each of :data:`FIELDS`; ``row`` is None if there is nothing of the work now."""
    room = max(width - WORD - 8 - 9 - 3 - PEAK, 0)
    past = {name: history.of(work, name, moment.now.at)[-room:] for name in FIELDS}
    points = len(past["rate"])
    yield [("dim", f"{'':<{WORD}}{'each':>8}{'cores':>9}   {span(points, history.step)}")]
    for drawn in [*clocks(row), *others(row)]:
        yield [
            ("", f"{drawn.name:<{WORD}}{drawn.each:>8}{drawn.all:>9}   "),
            (COLOURS[drawn.name], spark(past[drawn.name], points)),
            ("dim", peak(past[drawn.name], drawn.text)),
        ]


def clocks(row: Row | None) -> Iterator[Drawn]:
    """What of one piece of work, and all the time: of the clocks but cpu, cores are how many were in that state."""
    for name in CLOCKS:
        each, all_of_it = (row.clocks.get(name), row.spent.get(name, 0.0)) if row else (None, 0.0)
        yield Drawn(name, duration(each), cores(all_of_it), cores)


def others(row: Row | None) -> Iterator[Drawn]:
    yield Drawn("rate", rate(row.rate) if row else "-", "", rate)
    yield Drawn("p99", duration(row.p99 if row else None), "", duration)


def span(points: int, step: float) -> str:
    """Of what time the bars are."""
    if not points:
        return "the course is drawn in a few seconds"
    seconds = points * step
    return f"the last {seconds / 60:.1f} min" if seconds >= 60 else f"the last {seconds:.0f} s"


def peak(values: list[float], text: Callable[[float], str]) -> str:
    highest = max(values, default=0.0)
    return f"  max {text(highest)}" if highest else ""
