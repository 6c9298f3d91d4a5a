"""Two sessions compared: by work and by function, in seconds per second of wall time, so that windows may differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from obs.profiling.hot import Function, functions
from obs.profiling.options import Options
from obs.profiling.session import VIEWS, Frame, Session, SessionError, View
from obs.profiling.stacks import Stacks
from obs.profiling.told import warnings
from obs.profiling.works import Row, Views, by_view, is_nobodys, rows


@dataclass(frozen=True, slots=True)
class WorkChange:
    """One work in one view."""

    work: str
    view: View
    before: float
    """Seconds per second."""
    after: float
    per_call_before: float | None
    """Seconds; None: not known."""
    per_call_after: float | None
    said: str = ""
    """``new`` or ``gone``, if nothing at all is seen of the work in the other session."""

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class FunctionChange:
    """One function in one view; seconds per second in it alone, and with what it calls."""

    frame: Frame
    """With its hottest line after; before, if it is gone."""
    view: View
    before: float
    after: float
    total_before: float
    total_after: float

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Difference:
    """What has changed, the largest changes first."""

    before: Session
    after: Session
    views: tuple[View, ...]
    works: tuple[WorkChange, ...]
    functions: tuple[FunctionChange, ...]
    notes: tuple[str, ...]
    """What makes the two hard to compare."""

    def warnings(self) -> list[str]:
        """The notes, and what is to be said of each session."""
        both = (("before", self.before), ("after", self.after))
        return [*self.notes, *(f"{which}: {said}" for which, session in both for said in warnings(session))]


def compare(before: Session, after: Session, options: Options) -> Difference:
    """``after`` against ``before``. Raises SessionError if one has no duration."""
    for session, which in ((before, "first"), (after, "second")):
        if session.duration <= 0:
            raise SessionError(
                f"the {which} session has no duration, so there are no rates to compare; record it again"
            )
    old, new = by_view(before, options), by_view(after, options)
    views = tuple(view for view in VIEWS if view in old or view in new)
    shared = tuple(view for view in views if view in old and view in new)
    return Difference(
        before,
        after,
        views,
        largest(works(before, after, rows(before, old), rows(after, new), views)),
        largest(change for view in views for change in of_view(before, after, old, new, view)),
        notes(before, after, views, shared),
    )


Change = TypeVar("Change", WorkChange, FunctionChange)


def largest(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: -abs(change.change)))


def works(
    before: Session, after: Session, old: list[Row], new: list[Row], views: Iterable[View]
) -> Iterable[WorkChange]:
    was, now = {row.work: row for row in old}, {row.work: row for row in new}
    for work in {**was, **now}:
        said = "new" if work not in was else "gone" if work not in now else ""
        for view in views:
            a, b = seconds(was.get(work), view), seconds(now.get(work), view)
            if a or b:
                yield WorkChange(
                    work,
                    view,
                    a / before.duration,
                    b / after.duration,
                    per_call(was.get(work), view),
                    per_call(now.get(work), view),
                    said if not is_nobodys(work) else "",
                )


def seconds(row: Row | None, view: str) -> float:
    return row.seconds.get(view, 0.0) if row else 0.0


def per_call(row: Row | None, view: str) -> float | None:
    return row.seconds.get(view, 0.0) / row.calls if row and row.calls else None


def of_view(before: Session, after: Session, old: Views, new: Views, view: View) -> Iterable[FunctionChange]:
    was, now = named(old.get(view, [])), named(new.get(view, []))
    nothing = Function(Frame("", ""))
    for key in {**was, **now}:
        a, b = was.get(key, nothing), now.get(key, nothing)
        frame = now[key].frame if key in now else was[key].frame
        yield FunctionChange(
            frame,
            view,
            a.own / before.duration,
            b.own / after.duration,
            a.weight / before.duration,
            b.weight / after.duration,
        )


def named(found: Stacks) -> Mapping[tuple[str, str], Function]:
    return {(one.frame.function, one.frame.file): one for one in functions(found)}


def notes(before: Session, after: Session, views: tuple[View, ...], shared: tuple[View, ...]) -> tuple[str, ...]:
    """What makes the two hard to compare."""
    found = [f"The view {view} is in one of the sessions only." for view in views if view not in shared]
    if before.service != after.service:
        found.append(f"These are of two services: {before.service or 'unnamed'} and {after.service or 'unnamed'}.")
    if before.source != after.source:
        found.append(f"The first was taken by {before.source}, the second by {after.source}: their biases differ.")
    if len(before.processes) != len(after.processes):
        found.append(f"The first has {len(before.processes)} processes, the second {len(after.processes)}.")
    return tuple(found)
