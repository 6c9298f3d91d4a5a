"""A report for a terminal: the one thing to know, then by work, then where in each view the time is."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from obs.profiling.headline import leading, seen
from obs.profiling.hot import NOWHERE, Function, Spot, functions, hottest, most, spots, waited_for
from obs.profiling.options import Options
from obs.profiling.origins import Shortener
from obs.profiling.render.columns import cut, plain, share, table
from obs.profiling.session import VIEWS, Frame, Session
from obs.profiling.stacks import Stacks, total
from obs.profiling.told import facts, seconds, title, warnings
from obs.profiling.utilisation import utilisation
from obs.profiling.works import Row, Views, by_view, rows

MEANS = {
    "cpu": "Its Python ran",
    "held": "It held the loop without using CPU: everybody stood still",
    "delay": "It was ready, and the loop was busy with others",
    "wait": "Nothing of it could run",
}
"""What the seconds of a view are."""
UNSEEN = "In no sample is: it had no CPU, or not the GIL, or held the loop for less than 1 ms at a time."
"""Of held."""
SPOKEN_OF = 0.1
"""The share of held that may be in no sample without a word."""
HARD = "\u00a0"
"""A space at which no line is broken."""


def render(session: Session, options: Options) -> bytes:
    """The report in UTF-8, which does nothing to who prints it."""
    return plain(lines(session, options))


def lines(session: Session, options: Options) -> Iterator[str]:
    found = by_view(session, options)
    short = Shortener(frame.file for frame in session.frames)
    first = leading(found, utilisation(session))
    yield from headline(found, first, short)
    yield ""
    yield from wrapped(title(session), facts(session), options.width)
    for warning in warnings(session):
        yield from wrap(f"! {warning}", options.width, subsequent_indent="  ")
    yield ""
    yield from works(rows(session, found), options)
    for view in sorted(found, key=lambda view: (view != first, VIEWS.index(view))):
        yield from section(view, found[view], short, options)


def wrapped(name: str, told: list[str], width: int) -> Iterator[str]:
    """``name: a, b, c`` in lines that break between two of them only."""
    whole = f"{name}: {', '.join(each.replace(' ', HARD) for each in told)}"
    return (line.replace(HARD, " ") for line in wrap(whole, width))


def headline(found: Views, view: str, short: Shortener) -> Iterator[str]:
    """``Hottest: cpu, 12.3 s (83%) at app/views.py:41 export``, and below it ``of GET /export, in …``."""
    spot, whole = hottest(found.get(view, [])), total(found.get(view, []))
    if spot is None or spot.frame == NOWHERE:
        yield from nowhere(view, whole)
        return
    yield f"Hottest: {view}, {seconds(spot.weight)} ({share(spot.weight, whole)}) at {where(spot.frame, short)}"
    yield f"         {', '.join(details(spot, short))}"


def nowhere(view: str, whole: float) -> list[str]:
    """What to say where no sample shows a place: of an idle service, or of a recording too short to see anything."""
    if not whole:
        return ["Nothing was sampled."]
    return [f"Too little to point at: {seconds(whole)} of {view}, in no sample.", "Record for longer, or under load."]


def details(spot: Spot, short: Shortener) -> list[str]:
    """Whose it is, what it waits for, who shares it, and what it calls there: what is cut off matters least."""
    work, leaf, on = most(spot.works), most(spot.leaves), most(spot.on)
    return [
        f"of {work or '(no work)'}" + (f" and {len(spot.works) - 1} more" if len(spot.works) > 1 else ""),
        *([f"on {on}"] if on else []),
        *([f"mostly from {where(spot.caller, short)}"] if spot.caller else []),
        *([f"in {where(leaf, short)}"] if leaf else []),
    ]


def where(frame: Frame, short: Shortener) -> str:
    """``app/views.py:41 export``."""
    line = f":{frame.line}" if frame.line else ""
    return f"{short(frame.file)}{line} {frame.function}".strip()


def works(found: list[Row], options: Options) -> Iterator[str]:
    """The table by work."""
    shown = [view for view in VIEWS if any(view in row.seconds for row in found)]
    calls = any(row.calls for row in found)
    heads = ["work", *(f"{view} s" for view in shown), *(["calls", "s/call"] if calls else [])]
    body = [[row.work, *(number(row.seconds.get(view)) for view in shown), *per_call(row, calls)] for row in found]
    yield from table(heads, body[: options.top], options.width)
    if len(body) > options.top:
        yield f"… and {len(body) - options.top} more works"


def per_call(row: Row, wanted: bool) -> list[str]:  # noqa: FBT001
    if not wanted:
        return []
    if not row.calls:
        return ["-", "-"]
    each = sum(row.seconds.values()) / row.calls
    return [f"{row.calls:,.0f}", f"{each:.3g}" if each < 999.5 else f"{each:,.0f}"]


def number(value: float | None) -> str:
    """Seconds in a column."""
    return "-" if not value else f"{value:,.2f}" if value < 999.5 else f"{value:,.0f}"


def section(view: str, found: Stacks, short: Shortener, options: Options) -> Iterator[str]:
    """Where the time of one view is."""
    whole = total(found)
    looks = sum(stack.looks for stack in found)
    yield ""
    yield from wrap(f"{view}: {seconds(whole)}; {looks:,} samples. {MEANS[view]}.", options.width)
    if not whole:
        return
    if view == "held" and whole - seen(found) > SPOKEN_OF * whole:
        yield from wrap(f"  {UNSEEN}", options.width, subsequent_indent="  ")
    on = waited_for(found)[: options.top]
    if on:
        yield from wrap(
            "  on " + ", ".join(f"{name} {share(weight, whole)}" for name, weight in on),
            options.width,
            subsequent_indent="  ",
        )
    yield from ("", *spot_lines(spots(found)[: options.top], whole, short, options))
    hot = [one for one in functions(found) if one.own][: options.top]
    if hot and view in ("cpu", "held"):
        yield from ("", *function_lines(hot, whole, short, options))


def spot_lines(found: list[Spot], whole: float, short: Shortener, options: Options) -> Iterator[str]:
    yield f"  {'seconds':>9}{'share':>7}  line of the service"
    for spot in found:
        place = cut(where(spot.frame, short), options.width - 20)
        yield f"  {number(spot.weight):>9}{share(spot.weight, whole):>7}  {place}"
        yield f"{'':20}{cut(', '.join(details(spot, short)), options.width - 20)}"


def function_lines(found: list[Function], whole: float, short: Shortener, options: Options) -> Iterator[str]:
    yield f"  {'own s':>9}{'share':>7}{'in all':>9}  function, at its hottest line"
    for one in found:
        place = cut(where(one.frame, short), options.width - 29)
        yield f"  {number(one.own):>9}{share(one.own, whole):>7}{number(one.weight):>9}  {place}"
