"""The forms without a terminal: one plain table, an object for each interval, and the words at the end."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from obs.cli.top import header, overview
from obs.cli.top.feed import Ended, Feed
from obs.cli.top.moment import Moment, Watcher
from obs.cli.top.sorting import ordered
from obs.cli.top.state import State
from obs.cli.top.text import fit
from obs.host.blocks.render import plain
from obs.host.rates import Rates, Row, Standing
from obs.host.runs import LiveRun
from obs.host.vitals import Pulse
from obs.runtime.blocks.block import Block

WIDE = 160
"""Columns where nobody says how many there are."""

MOST_LINES = 100_000
"""As good as all."""

Sleep = Callable[[float], None]


def table(feed: Feed, state: State, interval: float, sleep: Sleep = time.sleep) -> None:
    """Print one table of the next ``interval`` seconds; if the run ends meanwhile, of what there was."""
    watcher = Watcher(feed, window=0.0)
    moment = watcher.look()
    sleep(interval)
    try:
        print(text(feed.run, watcher.look(), state))
    except Ended:
        print(farewell(feed.run, moment, state))


def text(run: LiveRun, moment: Moment, state: State, most: int = MOST_LINES) -> str:
    """The whole table, ``most`` lines of it, as wide as the terminal is, or ``COLUMNS`` says."""
    width = shutil.get_terminal_size((WIDE, 24)).columns
    body = overview.lines(moment, rows(moment, state), state, width, most)
    lines = [*header.lines(run, moment, state, width), [], *body]
    return "\n".join(plain(fit(line, width)) for line in lines)


def farewell(run: LiveRun, moment: Moment, state: State) -> str:
    """What is said when the run has ended, and the last that was seen of it."""
    most = max(shutil.get_terminal_size((WIDE, 24)).lines - 6, 10)
    return f"{text(run, moment, state, most)}\n\n{ended(run)}"


def ended(run: LiveRun) -> str:
    return f"the run of {run.service} has ended ({run.folder.name})"


def rows(moment: Moment, state: State) -> Rates:
    """What ``state`` asks for, in its order."""
    found = moment.rates(state)
    found.works[:] = ordered(found.works, state)
    return found


def objects(feed: Feed, state: State, interval: float, *, once: bool, sleep: Sleep = time.sleep) -> None:
    """Print an object for each interval, until the run ends or somebody interrupts; with ``once``, one."""
    watcher = Watcher(feed, window=0.0)
    last = watcher.look()
    due = time.monotonic()
    try:
        while True:
            due = max(due + interval, time.monotonic())
            sleep(max(due - time.monotonic(), 0.0))
            moment = watcher.look()
            print(json.dumps(value(feed.run, last, moment, state), ensure_ascii=False), flush=True)
            if once:
                return
            last = moment
    except Ended:
        print(f"obs: {ended(feed.run)}", file=sys.stderr)


def value(run: LiveRun, last: Moment, moment: Moment, state: State) -> dict[str, Any]:
    """One interval, fit for JSON: docs/top.md says what is in it."""
    found = rows(moment, state)
    told = {key(block) for block in last.blocks if block.ended}
    new = [block for block in moment.blocks if block.ended and key(block) not in told]
    return {
        "time": round(moment.when, 3),
        "seconds": round(moment.seconds, 3),
        "service": run.service,
        "run": run.folder.name,
        "by": state.by,
        **rounded(pulse_value(moment.pulse)),
        "rows": [entry(row, moment, state) for row in found.works],
        "queue": entry(found.queue, moment, state) if found.queue else None,
        "no_work": entry(found.others, moment, state) if found.others else None,
        "total": entry(found.total, moment, state),
        "queues": [rounded(line(each)) for each in found.queues],
        "jobs": {"active": moment.now.jobs.active, "slots": moment.now.jobs.slots},
        "blame": [rounded(asdict(blame)) | {"victims": rounded(dict(blame.victims))} for blame in found.blame],
        "blocks": [block.as_json() for block in new],
    }


def line(each: Standing) -> dict[str, Any]:
    """A queue of jobs."""
    backlog, oldest, up = each.queue
    told = {"backlog": backlog, "oldest": oldest, "broker_up": up}
    return {"system": each.system, "name": each.name, **told, "growth": each.growth, "drained": each.drained}


def pulse_value(pulse: Pulse) -> dict[str, Any]:
    """The processes; ``loop`` is null where no event loop is watched."""
    found = asdict(pulse)
    loop = {"busy": found.pop("busy"), "late_p99": found.pop("late")}
    return found | {"loop": loop if loop["busy"] is not None else None}


def key(block: Block) -> tuple[str, int]:
    return block.ring, block.start_ns


def entry(row: Row, moment: Moment, state: State) -> dict[str, Any]:
    """One row: times in seconds, ratios of one."""
    values = rounded(asdict(row))
    owner = moment.owner(row.work)._asdict() if state.by == "work" else {}
    return {"name": values.pop("work"), **owner, **values}


def rounded(value: Any) -> Any:
    """``value`` with a millionth as the last digit of every number in it."""
    if isinstance(value, float):
        return round(value, 6)
    return {name: rounded(part) for name, part in value.items()} if isinstance(value, dict) else value
