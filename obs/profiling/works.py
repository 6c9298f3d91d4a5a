"""A session's seconds by work and view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from obs.profiling.options import Options
from obs.profiling.session import Session
from obs.profiling.stacks import Stacks, apply, stacks
from obs.profiling.transforms.chain import choose
from obs.profiling.transforms.grouping import NOBODYS

Views = dict[str, Stacks]
"""Stacks by view, in the views' order."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one work took. Seconds."""

    work: str
    seconds: dict[str, float]
    """By view."""
    calls: float | None = None
    """How many ended; None: not known."""
    looks: int = 0
    """Samples in all views."""

    @property
    def on_loop(self) -> float:
        """What it took of the loop, and so of everybody."""
        return self.seconds.get("cpu", 0.0) + self.seconds.get("held", 0.0)


def by_view(session: Session, options: Options) -> Views:
    """The stacks of each view that is asked for, scaled to the exact totals; labels and all."""
    scaled = session.scaled()
    wanted = [options.view] if options.view else session.views()
    found = {view: apply(choose(options), stacks(scaled, view)) for view in wanted}
    return {view: of for view, of in found.items() if of or options.view}


def rows(session: Session, found: Views) -> list[Row]:
    """The works, those that took most of the loop first; what is of no work comes last."""
    seconds: dict[str, dict[str, float]] = {}
    looks: dict[str, int] = {}
    for view, of in found.items():
        for stack in of:
            work = stack.work or NOBODYS
            mine = seconds.setdefault(work, {})
            mine[view] = mine.get(view, 0.0) + stack.weight
            looks[work] = looks.get(work, 0) + stack.looks
    return ranked(Row(work, of, session.calls.get(work), looks[work]) for work, of in seconds.items())


def ranked(found: Iterable[Row]) -> list[Row]:
    return sorted(found, key=lambda row: (is_nobodys(row.work), -row.on_loop, -sum(row.seconds.values()), row.work))


def is_nobodys(work: str) -> bool:
    """Whether the name is of no work, as ``(loop)``; ``(after) NAME`` is the work's."""
    return work.startswith("(") and work.endswith(")")
