"""Whether a report names the hotspot first: that of a recording, or of a program as it runs now."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from obs.profiling.file import read
from obs.profiling.options import EVERYTHING
from obs.profiling.render import text
from obs.profiling.session import Session
from profiles.gallery import Hotspot, Program
from profiles.stage import staged

FIRST = re.compile(r"Hottest: (?P<view>\w+), .* at \S+ (?P<function>\S+)\n +of (?P<work>.+?)(, .*|)\n")
ON = re.compile(r", on (\w+)")


def headline(session: Session) -> Hotspot | None:
    """What the first two lines of the report say; None if they name nothing."""
    found = FIRST.match(text.render(session, EVERYTHING).decode())
    if found is None:
        return None
    on = ON.search(found.group(4))
    return Hotspot(found["view"], found["work"], found["function"], on[1] if on else "")  # type: ignore[arg-type]


def finds(session: Session, hotspot: Hotspot) -> bool:
    """Whether the report of ``session`` names ``hotspot`` first."""
    found = headline(session)
    return found is not None and found._replace(on=hotspot.on and found.on) == hotspot


def live(program: Program, seconds: float = 10.0) -> Session:
    """A session of the program as it runs now, which takes some five seconds longer.

    Raises RuntimeError if it doesn't start, CalledProcessError if it can't be recorded.
    """
    with tempfile.TemporaryDirectory() as folder, staged(program) as running:
        file = Path(folder) / "session.json"
        running.record(file, seconds)
        return read(file)
