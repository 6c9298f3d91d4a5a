"""The table of works, and below it who makes whom wait and the last blocks of the loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from obs.cli.top.moment import Moment
from obs.cli.top.state import State, index
from obs.cli.top.text import bar, fit
from obs.host import table
from obs.host.blocks.render import Line, frames
from obs.host.blocks.render import style as block_style
from obs.host.rates import Blame, Rates, Row
from obs.host.table import CLOCKS, Column, View, duration
from obs.runtime.blocks.block import Block

NOTES = 3
"""The part of the room below the headings that notes may take, where rows need it: a third."""

MOST_QUEUES = 4
MOST_BLAMED = 4
MOST_BLOCKS = 15


def lines(moment: Moment, rates: Rates, state: State, width: int, room: int) -> list[Line]:
    """``room`` lines at most."""
    blame, blocked = [*queues(rates, state), *blamed(rates, moment, state)], blocks(moment, state)
    shown = table.columns(width, table.fitting(rates, table.columns_in(state.unit, rates.total)), state.sort)
    first = table.first_width(View("", rates), width, shown)
    head, tail = headings(shown, first, state), tails(rates, state, shown, first)
    left = room - len(head) - len(tail)
    rows = max(left - min(len(blame) + len(blocked) + 1, left // NOTES), 1)
    body = works(rates.works, state, rows, width, shown, first) or [[("dim", nothing(state))]]
    below = shared(blame, blocked, left - len(body) - 1)
    return [*head, *body, *tail, *([[], *below] if below else [])]


def shared(blame: list[Line], blocked: list[Line], room: int) -> list[Line]:
    """Notes of both, each with half of the room, or with what the other leaves."""
    most = max(room // 2, room - len(blocked), 0)
    return [*blame[:most], *blocked][: max(room, 0)]


def nothing(state: State) -> str:
    """Why there is no row."""
    if state.filter:
        return f"no {state.by} has {state.filter!r} in its name"
    return "no work yet: neither a request nor a job has ended"


def works(found: Sequence[Row], state: State, most: int, width: int, shown: Sequence[Column], first: int) -> list[Line]:
    """The rows around the one under the bar."""
    under = index(state, [row.work for row in found])
    start = min(max(under - most // 2, 0), max(len(found) - most, 0))
    drawn = [numbers(row, shown, first) for row in found[start : start + most]]
    return [bar(fit(line, width), width) if start + at == under else line for at, line in enumerate(drawn)]


def headings(shown: Sequence[Column], first: int, state: State) -> list[Line]:
    """One line or two; the column that rows are sorted by is marked."""
    found: list[Line] = []
    for name, texts in table.headings(shown):
        cells = zip(shown, texts, strict=True)
        line: Line = [
            ("dim", f"{name and state.by:<{first}}"),
            *(heading(column, text, state) for column, text in cells),
        ]
        if any(text.strip() for _, text in line):
            found.append(line)
    return found


def heading(column: Column, text: str, state: State) -> tuple[str, str]:
    return "bold cyan" if column.heading == state.sort else "dim", f"{text:>{column.width}}"


def tails(rates: Rates, state: State, shown: Sequence[Column], first: int) -> list[Line]:
    """The rows that are no work, where all of it is shown, and the total."""
    found = [numbers(rates.total, shown, first, "bold")]
    if not (state.filter or state.scope):
        if rates.others and state.unit != "each":
            found.insert(0, numbers(rates.others, shown, first, "dim", only=(*CLOCKS, "blocked")))
        if rates.queue:
            found.insert(0, numbers(rates.queue, shown, first, "dim"))
    return found


def numbers(row: Row, shown: Sequence[Column], first: int, style: str = "", only: Sequence[str] = ()) -> Line:
    """One row; with ``only`` the columns of these headings have a number."""
    name = row.work if len(row.work) <= first else f"{row.work[: first - 1]}…"
    cells = [
        (
            column.style(row) or style,
            f"{column.text(row) if not only or column.heading in only else '-':>{column.width}}",
        )
        for column in shown
    ]
    return [(style, f"{name:<{first}}"), *cells]


def queues(rates: Rates, state: State) -> list[Line]:
    """How the queues of jobs stand, where all of it is shown."""
    found = [] if state.filter or state.scope else rates.queues[:MOST_QUEUES]
    words = ["queues", *[""] * MOST_QUEUES]
    return [
        [("dim", f"{word:<8}"), (table.standing_style(each), table.standing(each))]
        for word, each in zip(words, found, strict=False)
    ]


def blamed(rates: Rates, moment: Moment, state: State) -> list[Line]:
    """Who makes whom stand in line, of those that are asked for."""
    keep = moment.keeper(state)
    found = [blame for blame in rates.blame if keep(blame.culprit) or any(keep(name) for name, _ in blame.victims)]
    words = ["blame", *[""] * MOST_BLAMED]
    return [[("dim", f"{word:<8}"), *costs(blame)] for word, blame in zip(words, found[:MOST_BLAMED], strict=False)]


def costs(blame: Blame) -> Line:
    """``POST /attachments  costs 412 ms each second: GET /home 67%, GET /search 25%, 2 others``."""
    loss = table.lost(blame)
    return [("bold", table.known(blame.culprit)), ("", f" costs {duration(blame.seconds)} each second: {loss}")]


def blocks(moment: Moment, state: State) -> list[Line]:
    """The last blocks, the newest first."""
    found = moment.shown_blocks(state)[:MOST_BLOCKS]
    words = ["blocks", *[""] * len(found)]
    return [[("dim", f"{word:<8}"), *told(block)] for word, block in zip(words, found, strict=False)]


def told(block: Block, *, work: bool = True) -> Iterator[tuple[str, str]]:
    """A block in one line: when, how long, whose if ``work``, and where in the code."""
    yield "dim", f"{clock(block.start)} "
    yield block_style(block), f"{('' if block.ended else '≥') + duration(block.duration):>7}"
    if work:
        yield "bold", f"  {block.work}"
    if block.call:
        yield "cyan", f"  in {block.call}"
    if place(block):
        yield "", f"  {place(block)}"
    if block.victims_count:
        yield "dim", f"  {block.victims_count} waited"


def place(block: Block) -> str:
    """Where in the code: the service's own, if it was in there."""
    return block.at or next(iter(frames(block)), "")


def clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
