"""The two lines above everything: the run, its processes, its loops, and what obs costs."""

from __future__ import annotations

from obs.cli.top.moment import Moment
from obs.cli.top.state import State
from obs.cli.top.text import ends, spread
from obs.host.blocks.render import Line
from obs.host.runs import LiveRun
from obs.host.table import age as ago
from obs.host.table import cores, count, duration, share, slow_style
from obs.host.tally import Jobs
from obs.host.vitals import Pulse

BUSY, VERY_BUSY = 0.7, 0.9
"""Of a loop's time: from where requests queue (see obs_loop_seconds_total), and from where they do so badly."""

AT_WORK = 0.05
"""Cores from which a service is."""


def lines(run: LiveRun, moment: Moment, state: State, width: int) -> list[Line]:
    found = moment.pulse
    first = spread([[("bold", run.service)], up(moment), processes(found), jobs(moment.now.jobs), queue(found)])
    second = spread([loop(found), greenlets(found), own(found)])
    return [ends(first, over(moment, state), width), second]


def over(moment: Moment, state: State) -> Line:
    """Of what time the numbers are."""
    paused: Line = [("black on yellow", " paused "), ("", " ")] if state.paused else []
    return [*paused, ("dim", "all of the run" if moment.whole else f"last {ago(moment.seconds)}")]


def up(moment: Moment) -> Line:
    return [("dim", f"up {ago(moment.now.at - moment.began.at)}")]


def processes(found: Pulse) -> Line:
    number = f"{found.processes} process{'' if found.processes == 1 else 'es'}"
    return [("", number), ("", f"  {cores(found.cores)} cores"), ("", f"  {size(found.memory)}")]


def greenlets(found: Pulse) -> Line:
    if not found.greenlets:
        return []
    ready = found.greenlets.get("ready", 0)
    return [
        ("", f"{count(sum(found.greenlets.values()))} greenlets"),
        ("yellow" if ready > 9 else "", f", {ready} ready"),
    ]


def loop(found: Pulse) -> Line:
    """How busy, and how late for what is ready."""
    if found.busy is None:
        return [("dim", "no event loop is watched")]
    late = f"p99 {duration(found.late)} late" if found.late is not None else "-"
    return [
        ("", "loop "),
        (busy_style(found.busy), f"{share(found.busy)} busy"),
        ("", ", "),
        (slow_style(found.late), late),
    ]


def busy_style(ratio: float) -> str:
    return "" if ratio < BUSY else "yellow" if ratio < VERY_BUSY else "bold red"


def queue(found: Pulse) -> Line:
    """Connections that nobody has accepted yet: said only where there are any."""
    return [("bold red", f"{count(found.backlog)} to be accepted")] if found.backlog else []


def jobs(found: Jobs) -> Line:
    """How many are worked on, of how many the workers could: said only where there are any."""
    if not found.slots:
        return []
    full = found.active >= found.slots
    return [("yellow" if full else "", f"jobs {count(round(found.active))} of {count(round(found.slots))}")]


def own(found: Pulse) -> Line:
    """What obs itself uses: its host process and its threads in the service; and what that is beside a service at work,
    for beside one that rests it is a multiple of nothing.
    """
    beside = f", {share(found.own_share)}" if found.cores >= AT_WORK else ""
    return [("dim", f"obs {cores(found.own_cores)} cores{beside}")]


def size(number: float) -> str:
    """``310 MB``, ``4.2 GB``."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"
