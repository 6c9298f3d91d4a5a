"""The kept windows as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from obs.host.continuous.span import Window
from obs.profiling import hot
from obs.profiling.hot import NOWHERE, most
from obs.profiling.options import EVERYTHING
from obs.profiling.origins import Shortener
from obs.profiling.render.columns import cut
from obs.profiling.render.text import where
from obs.profiling.session import Session
from obs.profiling.stacks import total
from obs.profiling.utilisation import utilisation
from obs.profiling.works import by_view

HEAD = f"{'from':<8}  {'to':<8}  {'cpu s':>7}  {'loop':>5}  {'processes':>9}  {'version':<12}  hottest"


def lines(found: Sequence[Window], folder: Path, width: int) -> Iterator[str]:
    """A row for each window, the oldest first, and what they take."""
    day = ""
    yield HEAD
    for one, session in found:
        began = local(one.started)
        if f"{began:%Y-%m-%d %Z}" != day:
            day = f"{began:%Y-%m-%d %Z}"
            yield day
        yield cut(f"{began:%H:%M:%S}  {local(one.ended):%H:%M:%S}  {row(session)}", width)
    size = sum(one.size for one, _ in found)
    yield f"{len(found)} window{'s' * (len(found) > 1)}, {size / 1000:,.0f} kB in {folder}"


def row(session: Session) -> str:
    busy = utilisation(session)
    cpu = by_view(session, EVERYTHING).get("cpu", [])
    loop = "-" if busy is None else f"{busy:.0%}"
    version = cut(session.service_version or "-", 12)
    return f"{total(cpu):>7.1f}  {loop:>5}  {len(session.processes):>9}  {version:<12}  {hottest(session)}".rstrip()


def hottest(session: Session) -> str:
    """The line of the service that used most CPU, and whose work that was."""
    spot = hot.hottest(by_view(session, EVERYTHING).get("cpu", []))
    if spot is None or spot.frame == NOWHERE:
        return "-"
    short = Shortener(frame.file for frame in session.frames)
    work = most(spot.works)
    return f"{where(spot.frame, short)}, of {work or '(no work)'}"


def local(moment: float) -> datetime:
    return datetime.fromtimestamp(moment).astimezone()
