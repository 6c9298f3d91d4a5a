"""The live table of a service's works, for a terminal: in colour with rich, as plain text anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from obs.host.rates import Blame, Rates, Row, Standing
from obs.metrics.metric import OVERFLOW

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

WORK = "work"
NARROWEST = 20
"""The least width of the works' names."""

SLOW, VERY_SLOW = 0.1, 0.25
"""Seconds of p99 from which a row is marked: what people begin to notice, and what they complain about."""


WAITED, WAITED_LONG = 5.0, 60.0
"""Seconds in a queue from which a job's row is marked, and from which a queue's line is."""

QUEUED = "in\nqueue"
"""The heading of how long jobs stood in their queue."""


@dataclass(frozen=True, slots=True)
class View:
    """What is on the screen at one moment."""

    title: str
    rates: Rates
    notes: Sequence[tuple[str, str]] = ()
    """What is said below the table: a word, and what there is to it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A number of each row."""

    heading: str
    """One of two lines saves width."""
    width: int
    """With the space before it."""
    rank: int
    """Those of the highest are left out first where the terminal is narrow."""
    text: Callable[[Row], str]
    style: Callable[[Row], str] = lambda _row: ""
    """How rich marks it."""


def columns(width: int, among: Sequence[Column] | None = None, wanted: str = "") -> list[Column]:
    """Those of ``among`` that fit beside the shortest column of names; the ``wanted`` heading before any other."""
    found = COLUMNS if among is None else among
    kept = sorted(found, key=lambda column: (column.heading != wanted, column.rank))
    while kept and sum(column.width for column in kept) + NARROWEST > width:
        kept.pop()
    return [column for column in found if column in kept]


def clock(name: str) -> Callable[[Row], str]:
    """The text of one of a work's clocks: per piece of work."""
    return lambda row: duration(row.clocks.get(name))


def clock_style(name: str) -> Callable[[Row], str]:
    """Time that others cost it, or that it costs others, is marked as slowness is."""
    return lambda row: slow_style(row.clocks.get(name))


def fitting(rates: Rates, among: Sequence[Column] | None = None) -> Sequence[Column]:
    """Those of ``among`` that have something to say: the wait in a queue only where something was in one."""
    found = COLUMNS if among is None else among
    if any(row.queued is not None for row in rates.works):
        return found
    return [column for column in found if column.heading != QUEUED]


UNITS = ("each", "cores", "share")
"""What the clocks are shown in: per piece of work; seconds each second, which of cpu is cores; parts of the total's."""


def columns_in(unit: str, total: Row) -> Sequence[Column]:
    """:data:`COLUMNS` with the clocks in one of :data:`UNITS`."""
    if unit == "each":
        return COLUMNS
    return [
        replace(column, text=spent(column.heading, unit, total), style=plainly) if column.heading in CLOCKS else column
        for column in COLUMNS
    ]


def spent(name: str, unit: str, total: Row) -> Callable[[Row], str]:
    """The text of a clock that goes on all the time, whatever ends."""
    whole = total.spent.get(name, 0.0)
    if unit == "cores":
        return lambda row: cores(row.spent[name]) if name in row.spent else "-"
    return lambda row: share(row.spent[name] / whole) if name in row.spent and whole > 0 else "-"


def plainly(_row: Row) -> str:
    return ""


def cores(number: float) -> str:
    """``0``, ``0.003``, ``0.25``, ``12.4``: of the last digit no more is claimed than can be read."""
    if not number:
        return "0"
    return f"{number:.3f}" if number < 0.0995 else f"{number:.2f}" if number < 9.995 else f"{number:,.1f}"


def rate(per_second: float) -> str:
    """``0.4/s``, ``38.2/s``, ``250/s``."""
    return f"{per_second:.0f}/s" if per_second >= 99.95 else f"{per_second:.1f}/s"


def share(ratio: float) -> str:
    """``0%``, ``0.3%``, ``12%``; never ``0%`` for what is not nothing."""
    if not ratio:
        return "0%"
    return "<0.1%" if ratio < 0.001 else f"{ratio * 100:.1f}%" if ratio < 0.0995 else f"{ratio * 100:.0f}%"


def duration(seconds: float | None) -> str:
    """``2.3 ms``, ``123 ms``, ``1.25 s``."""
    if seconds is None:
        return "-"
    if seconds < 0.00995:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.2f} s"


def count(number: int) -> str:
    """``3,120``, ``250k``."""
    return f"{number:,}" if number < 100_000 else f"{number // 1000:,}k"


def plain(view: View, width: int = 80) -> str:
    """The view as text: lines of at most ``width`` characters, but for the notes."""
    shown = columns(width, fitting(view.rates))
    first = first_width(view, width, shown)
    lines = [view.title, *(line(name, texts, first, shown) for name, texts in headings(shown))]
    lines += [line(row.work, [column.text(row) for column in shown], first, shown) for row in rows(view)]
    return "\n".join([*lines, "", *(f"{word:<12}{text}" for word, text in view.notes)])


def rows(view: View) -> list[Row]:
    """Every row of the table, the total last."""
    return [*view.rates.works, *([view.rates.queue] if view.rates.queue else []), view.rates.total]


def first_width(view: View, width: int, shown: Sequence[Column]) -> int:
    """Of the names' column: what the longest needs, or what the numbers leave of ``width``."""
    longest = max(len(row.work) for row in rows(view))
    return max(min(longest, width - sum(column.width for column in shown)), NARROWEST)


def headings(shown: Sequence[Column]) -> Iterator[tuple[str, list[str]]]:
    """The two lines of the plain table's head."""
    parts = [column.heading.rpartition("\n") for column in shown]
    yield "", [above for above, _, _ in parts]
    yield WORK, [below for _, _, below in parts]


def line(name: str, texts: Sequence[str], first: int, shown: Sequence[Column]) -> str:
    """One line of the plain table, its first column ``first`` wide."""
    cut = name if len(name) <= first else f"{name[: first - 1]}…"
    numbers = "".join(f"{text:>{column.width}}" for text, column in zip(texts, shown, strict=True))
    return f"{cut:<{first}}{numbers}".rstrip()


def blamed(rates: Rates, most: int = 2) -> Iterator[tuple[str, str]]:
    """Notes of who makes others stand in line, and whom."""
    for word, blame in zip(["blame", *[""] * most], rates.blame[:most], strict=False):
        yield word, f"{known(blame.culprit)} costs {duration(blame.seconds)} each second: {lost(blame)}"


def queues(rates: Rates, most: int = 3) -> Iterator[tuple[str, str]]:
    """Notes of how the queues of jobs stand."""
    found = [standing(each) for each in rates.queues]
    yield from zip(["queues", *[""] * most], found[:most], strict=False)
    if len(found) > most:
        more = len(found) - most
        yield "", f"{more} other{'' if more == 1 else 's'}"


def standing(each: Standing) -> str:
    """``push (celery): 1,203 jobs, the oldest 34 s old, 12.0/s fewer, empty in 100 s``."""
    backlog, oldest, _ = each.queue
    name = f"{each.name} ({each.system})"
    if backlog is None:
        return f"{name}: the broker can't be read"
    if not backlog:
        return f"{name}: empty"
    parts = [f"{name}: {count(round(backlog))} job{'' if backlog == 1 else 's'}"]
    if oldest is not None:
        parts.append(f"the oldest {age(oldest)} old")
    if each.growth is not None and abs(each.growth) >= LEAST_GROWTH:
        parts.append(f"{rate(abs(each.growth))} {'more' if each.growth > 0 else 'fewer'}")
    if each.drained is not None:
        parts.append(f"empty in {age(each.drained)}")
    return ", ".join(parts)


LEAST_GROWTH = 0.05
"""Jobs a second: below, a queue stays as it is."""


def standing_style(each: Standing) -> str:
    if each.queue.backlog is None:
        return "bold red"
    return queued_style(each.queue.oldest)


def age(seconds: float) -> str:
    """``0.5 s``, ``12 s``, ``3 min``, ``5 h``, ``2 d``."""
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s" if seconds >= 9.95 else f"{seconds:.1f} s"


def lost(blame: Blame) -> str:
    """Whose time a culprit takes: ``GET /home 67%, GET /search 25%, 2 others``."""
    victims = ", ".join(f"{known(name)} {share(part)}" for name, part in blame.victims[:2])
    return f"{victims}, {len(blame.victims) - 2} others" if len(blame.victims) > 2 else victims


def known(name: str) -> str:
    """``name``, or what it means that there is none: the pairs that are too light for a series of their own."""
    return "(others)" if name == OVERFLOW else name


def coloured(view: View, width: int) -> RenderableType:
    """The view for :mod:`rich`, ``width`` wide."""
    from rich.console import Group
    from rich.text import Text

    title = Text(view.title, style="bold", overflow="ellipsis", no_wrap=True)
    return Group(title, Text(), table(view, width), Text(), *notes(view))


def table(view: View, width: int) -> Table:
    """The works, and their total in the footer."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=0,
        show_footer=True,
        header_style="dim",
        footer_style="bold",
    )
    shown = columns(width, fitting(view.rates))
    *others, total = rows(view)
    first = first_width(view, width, shown)
    made.add_column(WORK, total.work, width=first, no_wrap=True, vertical="bottom")
    for column in shown:
        made.add_column(
            column.heading,
            column.text(total),
            justify="right",
            width=column.width - 1,
            no_wrap=True,
            vertical="bottom",
        )
    for row in others:
        made.add_row(
            Text(row.work, overflow="ellipsis"), *(Text(column.text(row), column.style(row)) for column in shown)
        )
    return made


def error_style(errors: float) -> str:
    return "bold red" if errors else "dim"


def slow_style(p99: float | None) -> str:
    if p99 is None or p99 < SLOW:
        return ""
    return "yellow" if p99 < VERY_SLOW else "bold red"


def queued_style(seconds: float | None) -> str:
    """Of the time in a queue: what somebody who waits for a job's result notices, and complains about."""
    return "" if seconds is None or seconds < WAITED else "yellow" if seconds < WAITED_LONG else "bold red"


def blocked_style(ratio: float) -> str:
    """A hundredth is ten requests in a second that stand still together; a tenth is a service that stutters."""
    return "" if ratio < 0.01 else "yellow" if ratio < 0.1 else "bold red"


COLUMNS = (
    Column("rate", 8, 0, lambda row: rate(row.rate)),
    Column("errors", 7, 1, lambda row: share(row.errors), lambda row: error_style(row.errors)),
    Column("p50", 8, 7, lambda row: duration(row.p50)),
    Column("p99", 8, 2, lambda row: duration(row.p99), lambda row: slow_style(row.p99)),
    Column(QUEUED, 8, 3, lambda row: duration(row.queued), lambda row: queued_style(row.queued)),
    Column("cpu", 8, 3, clock("cpu"), clock_style("cpu")),
    Column("held", 8, 6, clock("held"), clock_style("held")),
    Column("delay", 8, 4, clock("delay"), clock_style("delay")),
    Column("wait", 8, 5, clock("wait")),
    Column(
        "blocked", 8, 8, lambda row: share(row.blocked) if row.spent else "-", lambda row: blocked_style(row.blocked)
    ),
    Column("in\nflight", 7, 9, lambda row: f"{row.in_flight:.1f}"),
    Column("total", 8, 10, lambda row: count(row.total)),
)
"""The one list. The clocks are means: what one piece of work took. Blocked is time of a loop, of which there is one in
each process."""

CLOCKS = ("cpu", "held", "delay", "wait")
"""The headings of the clocks."""


def notes(view: View) -> Iterator[Text]:
    from rich.text import Text

    for word, text in view.notes:
        yield Text.assemble((f"{word:<12}", "dim"), text, overflow="ellipsis", no_wrap=True)
