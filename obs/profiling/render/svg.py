"""A static picture: one flame graph below the other for each view, names where there is room, all else in tooltips."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from obs.profiling.options import Options
from obs.profiling.origins import Shortener, origin
from obs.profiling.render.columns import cut, share
from obs.profiling.render.page.assemble import read
from obs.profiling.render.text import MEANS, where
from obs.profiling.session import Session
from obs.profiling.stacks import apply
from obs.profiling.told import facts, seconds, title, warnings
from obs.profiling.transforms.chain import shape
from obs.profiling.tree import Node, tree
from obs.profiling.works import by_view

WIDE, MARGIN, ROW = 1200, 16, 18
CHARACTER = 6.7
"""Pixels of one of a name's characters, at 11.5 pixels of a sans-serif: a little more than most."""
SMALLEST = 0.8
"""Pixels of width below which a node and all below it are left out: nobody could see them."""
DEEPEST = 150
"""Rows of one flame graph; what is deeper is left out."""


def render(session: Session, options: Options) -> bytes:
    """The picture, 1200 pixels wide, in UTF-8."""
    top = MARGIN
    parts: list[str] = []
    for css, size, text in heading(session):
        top += size
        parts.append(f'<text class="{css}" x="{MARGIN}" y="{top}">{shown(text)}</text>')
    short = Shortener(frame.file for frame in session.frames)
    for view, found in by_view(session, options).items():
        root = tree(apply(shape(options), found), view)
        parts.append(f'<g class="{view}" transform="translate({MARGIN},{top + 30})">')
        said = f"{seconds(root.weight)}. {MEANS[view]}"
        parts.append(f'<text class="v">{view}<tspan class="d" dx="8" font-weight="400">{shown(said)}</tspan></text>')
        drawn, rows = boxes(root, short)
        parts += [*drawn, "</g>"]
        top += 30 + 10 + rows * ROW
    return document(title(session), top + MARGIN, parts).encode(errors="replace")


def heading(session: Session) -> Iterator[tuple[str, int, str]]:
    """Lines above the graphs: class, height and text."""
    yield "h", 16, title(session)
    yield "d", 20, ", ".join(facts(session))
    for warning in warnings(session):
        yield "w", 18, cut(warning, int(WIDE / CHARACTER))


def boxes(root: Node, short: Shortener) -> tuple[list[str], int]:
    """The boxes of all nodes below the root, and how many rows they take."""
    drawn: list[str] = []
    rows = 0
    scale = (WIDE - 2 * MARGIN) / root.weight if root.weight > 0 else 0.0
    for depth, left, node in root.walk(lambda node: node.weight * scale >= SMALLEST):
        if 0 < depth <= DEEPEST:
            rows = max(rows, depth)
            drawn.append(box(node, left * scale, 10 + (depth - 1) * ROW, node.weight * scale, short, root.weight))
    return drawn, rows


def box(node: Node, left: float, top: int, wide: float, short: Shortener, whole: float) -> str:
    kind = origin(node.frame)
    place = where(node.frame._replace(line=node.line), short) if kind not in ("work", "on") else node.frame.function
    tip = f"{place}\n{seconds(node.weight)}, {share(node.weight, whole)}; {seconds(node.own)} in it alone"
    rectangle = (
        f'<rect class="{kind}" x="{left:.1f}" y="{top}" width="{max(wide - 0.8, 0.3):.1f}" height="{ROW - 1}" rx="2"/>'
    )
    room = int((wide - 8) / CHARACTER)
    name = ""
    if room >= 3:
        css = ' class="n"' if kind == "work" else ""
        text = shown(cut(label(node, place, room, whole), room))
        name = f'<text{css} x="{left + 4:.1f}" y="{top + 13}">{text}</text>'
    return f"<g><title>{shown(tip)}</title>{rectangle}{name}</g>"


def label(node: Node, place: str, room: int, whole: float) -> str:
    """The name, and if there is room its place and share."""
    name = node.frame.function
    file = place.removesuffix(f" {name}") if place != name else ""
    longer = " · ".join(filter(None, (name, file, f"{seconds(node.weight)}, {share(node.weight, whole)}")))
    return longer if len(longer) <= room else name


def shown(text: str) -> str:
    """Text for XML 1.0, which has no control characters."""
    return escape("".join(c if c.isprintable() or c == "\n" else "�" for c in text))


def document(name: str, high: int, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" width="{WIDE}" height="{high}" role="img"'
        f' aria-label="{shown(name)}: flame graphs"><style>{read("picture.css")}</style>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )
