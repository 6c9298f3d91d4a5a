"""The live table of a service's works, for a terminal: in colour with rich, as plain text anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from obs.host.rates import Rates, Row

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

WORK = "work"
HEADINGS = ("rate", "errors", "p50", "p99", "in\nflight", "total")
"""Of the columns after the work's name. One has two lines, so that all fit into 80 columns beside a long name."""

WIDTHS = (8, 8, 8, 8, 8, 8)
"""Of the same columns, with the space before them."""

NARROWEST = 20
"""The least width of the works' names."""

SLOW, VERY_SLOW = 0.1, 0.25
"""Seconds of p99 from which a row is marked: what people begin to notice, and what they complain about."""


@dataclass(frozen=True, slots=True)
class View:
    """What is on the screen at one moment."""

    title: str
    rates: Rates
    notes: Sequence[tuple[str, str]] = ()
    """What is said below the table: a word, and what there is to it."""


def cells(row: Row) -> tuple[str, ...]:
    """The texts of a row after its name."""
    errors, times = share(row.errors), (duration(row.p50), duration(row.p99))
    return rate(row.rate), errors, *times, f"{row.in_flight:.1f}", count(row.total)


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
    """The view as text: lines of at most ``width`` characters if there is room for the numbers, but for the notes."""
    first = first_width(view, width)
    lines = [view.title, *(line(name, texts, first) for name, texts in headings())]
    lines += [line(row.work, cells(row), first) for row in rows(view)]
    return "\n".join([*lines, "", *(f"{word:<12}{text}" for word, text in view.notes)])


def rows(view: View) -> list[Row]:
    """Every row of the table, the total last."""
    return [*view.rates.works, *([view.rates.queue] if view.rates.queue else []), view.rates.total]


def first_width(view: View, width: int) -> int:
    """Of the names' column: what the longest needs, or what the numbers leave of ``width``."""
    longest = max(len(row.work) for row in rows(view))
    return max(min(longest, width - sum(WIDTHS)), NARROWEST)


def headings() -> Iterator[tuple[str, list[str]]]:
    """The two lines of the plain table's head."""
    parts = [heading.rpartition("\n") for heading in HEADINGS]
    yield "", [above for above, _, _ in parts]
    yield WORK, [below for _, _, below in parts]


def line(name: str, texts: Sequence[str], first: int) -> str:
    """One line of the plain table, its first column ``first`` wide."""
    shown = name if len(name) <= first else f"{name[: first - 1]}…"
    numbers = "".join(f"{text:>{width}}" for text, width in zip(texts, WIDTHS, strict=True))
    return f"{shown:<{first}}{numbers}".rstrip()


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
    *others, total = rows(view)
    made.add_column(WORK, total.work, width=first_width(view, width), no_wrap=True, vertical="bottom")
    for heading, footer, wide in zip(HEADINGS, cells(total), WIDTHS, strict=True):
        made.add_column(heading, footer, justify="right", width=wide - 1, no_wrap=True, vertical="bottom")
    for row in others:
        made.add_row(Text(row.work, overflow="ellipsis"), *styled(row))
    return made


def styled(row: Row) -> Iterator[Text]:
    """The texts of a row, with what deserves a look in colour."""
    from rich.text import Text

    styles = {"errors": error_style(row.errors), "p99": slow_style(row.p99)}
    for heading, text in zip(HEADINGS, cells(row), strict=True):
        yield Text(text, styles.get(heading, ""))


def error_style(errors: float) -> str:
    return "bold red" if errors else "dim"


def slow_style(p99: float | None) -> str:
    if p99 is None or p99 < SLOW:
        return ""
    return "yellow" if p99 < VERY_SLOW else "bold red"


def notes(view: View) -> Iterator[Text]:
    from rich.text import Text

    for word, text in view.notes:
        yield Text.assemble((f"{word:<12}", "dim"), text, overflow="ellipsis", no_wrap=True)
