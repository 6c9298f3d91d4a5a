"""A comparison for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from obs.profiling.difference import Difference, FunctionChange, WorkChange
from obs.profiling.options import Options
from obs.profiling.origins import Shortener
from obs.profiling.render.columns import plain, table
from obs.profiling.render.text import where
from obs.profiling.told import facts, title

LEAST = 1e-6
"""Seconds per second of change that are worth a line."""


def render(found: Difference, options: Options) -> bytes:
    """The report in UTF-8, which does nothing to who prints it."""
    return plain(lines(found, options))


def lines(found: Difference, options: Options) -> Iterator[str]:
    for name, session in (("before", found.before), ("after", found.after)):
        yield from wrap(f"{name}: {title(session)}, {', '.join(facts(session))}", options.width)
    for note in found.warnings():
        yield from wrap(f"! {note}", options.width, subsequent_indent="  ")
    yield from ("", "Seconds per second of wall time, the largest changes first.", "")
    yield from works(found.works, options)
    yield ""
    yield from functions(
        found.functions, Shortener(f.file for s in (found.before, found.after) for f in s.frames), options
    )


def works(changes: Sequence[WorkChange], options: Options) -> Iterator[str]:
    shown = [change for change in changes if abs(change.change) >= LEAST][: options.top]
    if not shown:
        yield "No work has changed."
        return
    heads = ["work", "view", "before", "after", "change", "ms/call", ""]
    yield from table(heads, [work_row(change) for change in shown], options.width)


def work_row(change: WorkChange) -> list[str]:
    return [
        change.work,
        change.view,
        rate(change.before),
        rate(change.after),
        f"{change.change:+.4f}",
        calls(change.per_call_before, change.per_call_after),
        change.said or times(change.before, change.after),
    ]


def calls(before: float | None, after: float | None) -> str:
    """``12.0 > 30.1``; ``-`` where it isn't known."""
    if before is None and after is None:
        return "-"
    return " > ".join("-" if each is None else milliseconds(each) for each in (before, after))


def milliseconds(seconds: float) -> str:
    """``0.583``, ``12.1``, ``2,470``."""
    number = seconds * 1e3
    return f"{number:.3g}" if number < 999.5 else f"{number:,.0f}"


def rate(number: float) -> str:
    return f"{number:.4f}" if number else "-"


def times(before: float, after: float) -> str:
    """``2.1x``."""
    return f"{after / before:.2f}x" if before and after else "new" if after else "gone"


def functions(changes: Sequence[FunctionChange], short: Shortener, options: Options) -> Iterator[str]:
    shown = [change for change in changes if abs(change.change) >= LEAST][: options.top]
    if not shown:
        yield "No function has changed."
        return
    heads = ["function, in it alone", "view", "before", "after", "change", ""]
    body = [
        [
            where(change.frame, short),
            change.view,
            rate(change.before),
            rate(change.after),
            f"{change.change:+.4f}",
            times(change.before, change.after),
        ]
        for change in shown
    ]
    yield from table(heads, body, options.width)
