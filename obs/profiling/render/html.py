"""A page with everything in it: flame graphs of all views, a table of the works, search; it fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obs.profiling.headline import leading
from obs.profiling.hot import NOWHERE, hottest
from obs.profiling.options import Options
from obs.profiling.origins import ORIGINS, Shortener, origin
from obs.profiling.render.columns import share
from obs.profiling.render.page.assemble import page
from obs.profiling.render.text import MEANS, details, nowhere, where
from obs.profiling.session import Frame, Session, label_frame
from obs.profiling.stacks import apply, total
from obs.profiling.told import facts, seconds, title, warnings
from obs.profiling.transforms.chain import shape
from obs.profiling.tree import Node, by_line, tree
from obs.profiling.utilisation import utilisation
from obs.profiling.works import Row, Views, by_view, is_nobodys, rows


class Frames:
    """The functions of all trees by number. Made for one page."""

    def __init__(self, short: Shortener) -> None:
        self._short = short
        self._numbers: dict[tuple[str, str], int] = {}
        self.listed: list[tuple[str, str, int]] = []

    def number(self, frame: Frame) -> int:
        key = frame.function, frame.file
        if key not in self._numbers:
            self._numbers[key] = len(self.listed)
            self.listed.append((frame.function, self._short(frame.file), ORIGINS.index(origin(frame))))
        return self._numbers[key]


def render(session: Session, options: Options) -> bytes:
    """The page in UTF-8."""
    return page(f"{title(session)}: profile", content(session, options))


def content(session: Session, options: Options) -> dict[str, Any]:
    """What the scripts read; see ``page/trees.js``."""
    found = by_view(session, options)
    short = Shortener(frame.file for frame in session.frames)
    frames = Frames(short)
    first = leading(found, utilisation(session))
    trees = {view: columns(tree(apply(shape(options), of), view, by_line), frames) for view, of in found.items()}
    return {
        "diff": False,
        "title": title(session),
        "facts": facts(session),
        "warnings": warnings(session),
        "headline": headline(found, first, short),
        "start": first or "cpu",
        "views": [{"name": view, "total": total(of), "means": MEANS[view]} for view, of in found.items()],
        "works": [entry(row, frames) for row in rows(session, found)],
        "trees": trees,
        "origins": ORIGINS,
        "frames": frames.listed,
    }


def columns(root: Node, frames: Frames) -> Mapping[str, list[Any]]:
    """The nodes below the root, parents first: a node's parent is the last before it of a lesser depth."""
    nodes = [(depth - 1, node) for depth, _, node in root.walk() if depth]
    return {
        "depth": [depth for depth, _ in nodes],
        "frame": [frames.number(node.frame) for _, node in nodes],
        "line": [node.frame.line for _, node in nodes],
        "own": [round(node.own, 7) for _, node in nodes],
        "looks": [node.own_looks for _, node in nodes],
    }


def headline(found: Views, view: str, short: Shortener) -> list[str]:
    """Text, and every second piece of it bold."""
    spot, whole = hottest(found.get(view, [])), total(found.get(view, []))
    if spot is None or spot.frame == NOWHERE:
        return [" ".join(nowhere(view, whole))]
    told = ", ".join(details(spot, short))
    return [
        "Hottest: ",
        f"{view}, {seconds(spot.weight)} ({share(spot.weight, whole)})",
        " at ",
        where(spot.frame, short),
        f", {told}",
    ]


def entry(row: Row, frames: Frames) -> dict[str, Any]:
    return {
        "work": row.work,
        "frame": frames.number(label_frame(row.work)),
        "nobody": is_nobodys(row.work),
        "seconds": {view: round(of, 7) for view, of in row.seconds.items()},
        "calls": row.calls,
    }
