"""Blocks for a person to read: lines of pieces, each with its style, so that text and colours are made once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile

from obs import printable
from obs.host.table import duration
from obs.runtime.blocks.block import LABEL, Block

Piece = tuple[str, str]
"""A style and a text."""

Line = list[Piece]

LONG, VERY_LONG = 0.1, 0.5
"""Seconds from which a duration is marked: what people begin to notice, and what they complain about."""

MOST_FRAMES = 5
MOST_VICTIMS = 3
INDENT = " " * 14


def lines(block: Block) -> Iterator[Line]:
    """One block."""
    yield head(block)
    if pieces := joined(what(block)):
        yield [("", INDENT), *pieces]
    for number, frame in enumerate(frames(block)):
        yield [("", INDENT), ("" if not number else "dim", f"{'  ' * min(number, 1)}{frame}")]
    if block.stack_refused:
        yield [("", INDENT), ("yellow", f"no stack from outside: {block.stack_refused}")]
    if block.victims_count:
        yield [("", INDENT), *victims(block)]


def head(block: Block) -> Line:
    """``14:02:31.512   213 ms  GET /report  (shop, pid 4121)``."""
    when = datetime.fromtimestamp(block.start).astimezone().strftime("%H:%M:%S.%f")[:-3]
    yet = "" if block.ended else "≥ "
    owner = " ".join(filter(None, (block.feature, f"({block.team})" if block.team else "")))
    return [
        ("dim", when),
        ("", "  "),
        (style(block), f"{yet + duration(block.duration):>8}"),
        ("bold", f"  {block.work}"),
        ("dim", f"  {owner}" if owner else ""),
        ("dim", f"  {block.service} pid {block.pid}"),
    ]


def style(block: Block) -> str:
    return "bold red" if block.duration >= VERY_LONG else "yellow" if block.duration >= LONG else ""


def what(block: Block) -> Iterator[Piece]:
    """What it did, piece by piece."""
    if block.stopped:
        yield "yellow", "the process was stopped by a signal or a debugger"
    if block.call:
        yield "cyan", f"in {block.call}" + (f" ({block.doing})" if block.doing else "")
    if block.cpu is not None and block.held is not None:
        yield "", f"cpu {duration(block.cpu)}, held {duration(block.held)}"
    if block.gil_held is not None:
        yield ("magenta", "GIL held") if block.gil_held else ("dim", "GIL free")
    if not block.ended:
        yield "bold red", "no end seen"
    if block.trace_id:
        yield "dim", f"trace {block.trace_id}"


def joined(pieces: Iterable[Piece]) -> Line:
    """With a dot between them."""
    line: Line = []
    for piece in pieces:
        line += [("dim", " · "), piece] if line else [piece]
    return line


def frames(block: Block) -> list[str]:
    """The top of the stack that was seen most often, innermost first: down to the last of the service's own code.

    Without the label, for the work is known. Libraries' frames above the service's are few; those below say nothing.
    """
    tops = Counter(tuple(f for f in stack.frames if not f.startswith(LABEL)) for stack in block.stacks if stack.frames)
    if not tops:
        return [block.at] if block.at else []
    (top, _), *_ = tops.most_common(1)
    own = [frame for frame in top if frame in block.own]
    if not own:
        return list(top[:MOST_FRAMES])
    libraries = list(takewhile(lambda frame: frame not in block.own, top))
    return [*libraries[: max(MOST_FRAMES - len(own), 1)], *own][:MOST_FRAMES]


def victims(block: Block) -> Line:
    """``12 waited 1.80 s: GET /a 9 times 1.20 s, …``."""
    named = [f"{v.work} {times(v.times)} {duration(v.seconds)}" for v in block.victims[:MOST_VICTIMS]]
    more = [f"{len(block.victims) - MOST_VICTIMS} more works"] if len(block.victims) > MOST_VICTIMS else []
    text = f"{block.victims_count} waited {duration(block.victims_seconds)}: "
    return [("red", text), ("", ", ".join([*named, *more]))]


def times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def summary(blocks: Sequence[Block], width: int = 100) -> Iterator[Line]:
    """A table by work, the longest in sum first."""
    by_work: defaultdict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        by_work[block.work].append(block)
    ranked = sorted(by_work.items(), key=lambda item: -sum(block.duration for block in item[1]))
    first = min(max(len(work) for work in by_work), max(width - 56, 20))
    yield [("dim", f"{'work':<{first}}{'blocks':>8}{'total':>10}{'longest':>10}{'others waited':>15}  mostly in")]
    for work, found in ranked:
        name = work if len(work) <= first else f"{work[: first - 1]}…"
        longest = max(found, key=lambda block: block.duration)
        waited = sum(block.victims_seconds for block in found)
        yield [
            ("bold", f"{name:<{first}}"),
            ("", f"{len(found):>8}{duration(sum(block.duration for block in found)):>10}"),
            (style(longest), f"{duration(longest.duration):>10}"),
            ("", f"{duration(waited) if waited else '-':>15}  {mostly(found)}"),
        ]


def mostly(blocks: Sequence[Block]) -> str:
    """Where most of the time was spent: a call, else a place."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for block in blocks:
        seconds[block.call or block.at or "-"] += block.duration
    return max(seconds, key=lambda name: seconds[name])


def plain(line: Line) -> str:
    """A line as text."""
    return "".join(printable.line(text) for _, text in line).rstrip()
