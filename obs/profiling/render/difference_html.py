"""The page of a comparison: a differential flame graph, red where more time is spent than before, blue where less."""

from __future__ import annotations

from typing import Any

from obs.profiling.difference import Difference, WorkChange
from obs.profiling.options import Options
from obs.profiling.origins import ORIGINS, Shortener
from obs.profiling.render.html import Frames
from obs.profiling.render.page.assemble import page
from obs.profiling.render.text import MEANS
from obs.profiling.session import VIEWS, Session, View, label_frame
from obs.profiling.stacks import Stacks, apply
from obs.profiling.told import facts, title
from obs.profiling.transforms.chain import shape
from obs.profiling.tree import Node, by_line, tree
from obs.profiling.works import by_view, is_nobodys


def render(found: Difference, options: Options) -> bytes:
    """The page in UTF-8."""
    return page(f"{title(found.after)}: profiles compared", content(found, options))


def content(found: Difference, options: Options) -> dict[str, Any]:
    """What the scripts read; see ``page/trees.js``. All seconds are per second of wall time."""
    frames = Frames(Shortener(frame.file for session in (found.before, found.after) for frame in session.frames))
    old, new = rates(found.before, options), rates(found.after, options)
    trees = {view: columns(pair(old.get(view, []), new.get(view, [])), frames) for view in found.views}
    largest = found.works[0] if found.works else None
    return {
        "diff": True,
        "title": title(found.after),
        "facts": [
            f"{name}: {facts(s)[0]}, {facts(s)[-1]}" for name, s in (("before", found.before), ("after", found.after))
        ],
        "warnings": found.warnings(),
        "headline": headline(largest),
        "start": largest.view if largest else "cpu",
        "views": [{"name": view, "total": sum_of(new, view), "means": MEANS[view]} for view in found.views],
        "works": entries(found, frames),
        "trees": trees,
        "origins": ORIGINS,
        "frames": frames.listed,
    }


def rates(session: Session, options: Options) -> dict[str, Stacks]:
    """The stacks of each view, in seconds per second."""
    return {
        view: [stack._replace(weight=stack.weight / session.duration) for stack in apply(shape(options), of)]
        for view, of in by_view(session, options).items()
    }


Pair = tuple[Node, dict[int, tuple[float, int]]]
"""A tree of both, whose nodes' own seconds are those before; and by ``id`` of a node, its own ones after and looks."""


def pair(old: Stacks, new: Stacks) -> Pair:
    both = tree([*old, *(stack._replace(weight=0.0, looks=0) for stack in new)], "", by_line)
    after: dict[int, tuple[float, int]] = {}
    for stack in new:
        node = both
        for frame in stack.frames:
            node = node.children[by_line(frame)]
        own, looks = after.get(id(node), (0.0, 0))
        after[id(node)] = own + stack.weight, looks + stack.looks
    return both, after


def columns(both: Pair, frames: Frames) -> dict[str, list[Any]]:
    """As :func:`obs.profiling.render.html.columns`, with what was before."""
    root, after = both
    nodes = [(depth - 1, node) for depth, _, node in root.walk() if depth]
    mine = [after.get(id(node), (0.0, 0)) for _, node in nodes]
    return {
        "depth": [depth for depth, _ in nodes],
        "frame": [frames.number(node.frame) for _, node in nodes],
        "line": [node.frame.line for _, node in nodes],
        "own": [round(own, 9) for own, _ in mine],
        "looks": [looks for _, looks in mine],
        "before": [round(node.own, 9) for _, node in nodes],
    }


def sum_of(found: dict[str, Stacks], view: View) -> float:
    return sum(stack.weight for stack in found.get(view, []))


def headline(largest: WorkChange | None) -> list[str]:
    """Text, and every second piece of it bold."""
    if largest is None:
        return ["Nothing was sampled in either."]
    more = "more" if largest.change > 0 else "less"
    was = f"{largest.before:.4f} before, {largest.after:.4f} after"
    said = f", {largest.said}" if largest.said else ""
    return [
        "Largest change: ",
        f"{abs(largest.change):.4f} s/s {more} {largest.view}",
        " of ",
        largest.work,
        f" ({was}){said}",
    ]


def entries(found: Difference, frames: Frames) -> list[dict[str, Any]]:
    """The rows of the table by work."""
    by_name: dict[str, list[WorkChange]] = {}
    for change in found.works:
        by_name.setdefault(change.work, []).append(change)
    return [
        {
            "work": work,
            "frame": frames.number(label_frame(work)),
            "nobody": is_nobodys(work),
            "seconds": {change.view: change.after for change in ordered(changes)},
            "before": {change.view: change.before for change in changes},
            "calls": None,
            "said": changes[0].said,
        }
        for work, changes in by_name.items()
    ]


def ordered(changes: list[WorkChange]) -> list[WorkChange]:
    return sorted(changes, key=lambda change: VIEWS.index(change.view))
