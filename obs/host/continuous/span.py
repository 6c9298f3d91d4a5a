"""Which of the kept windows are wanted, and all of them as one session."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from obs.config import Config
from obs.errors import ObsError
from obs.host.continuous import notes
from obs.host.continuous.shelf import Kept, folder_of, kept, services
from obs.profiling.file import read
from obs.profiling.session import Process, Session, SessionError

PLACES = ("OBS_RUNTIME_DIR", "OBS_PROFILE_DIR")


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked for: moments as Unix time, None for open ends."""

    since: float | None = None
    until: float | None = None
    at: float | None = None
    version: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing is asked for."""
        return self == Span()

    def covers(self, one: Kept) -> bool:
        """Whether a window's middle is in the span, and the moment in the window."""
        middle = (one.started + one.ended) / 2
        if self.at is not None and not one.started <= self.at < one.ended:
            return False
        return (self.since is None or middle >= self.since) and (self.until is None or middle < self.until)


Window = tuple[Kept, Session]


def profiles(environ: Mapping[str, str]) -> Path:
    """The folder of all services' windows. A description that is wrong, in this folder, must not hide them."""
    given = {name: environ[name] for name in PLACES if name in environ}
    return Config.load(given, Path(os.devnull)).profile.folder


def choose(folder: Path, wanted: str | None) -> str:
    """The one service of which windows are kept, or the one ``wanted``. Raises ObsError."""
    found = list(services(folder))
    if not found:
        raise ObsError(f"{folder}: no windows are kept here; start the service with `obs run --profile -- CMD…`")
    if wanted in found or (wanted is None and len(found) == 1):
        return wanted or found[0]
    listed = ", ".join(found)
    if wanted is None:
        raise ObsError(f"windows of {len(found)} services are kept; choose one with --service NAME: {listed}")
    raise ObsError(f"no windows of {wanted} are kept; there are some of {listed}")


def windows(folder: Path, service: str, span: Span, warn: Callable[[str], object]) -> list[Window]:
    """The wanted ones with what is in them, the oldest first; one that can't be read is passed to ``warn``.

    Raises ObsError if there is none.
    """
    there = kept(folder_of(folder, service))
    found = []
    for one in filter(span.covers, there):
        try:
            session = read(one.path)
        except SessionError as error:
            warn(str(error))
            continue
        if span.version in ("", session.service_version):
            found.append((one, session))
    if not found:
        raise ObsError(f"no window of {service} is from then; `obs profile history --service {service}` lists them")
    return found


def together(found: Iterable[Window]) -> Session:
    """All of them as one session, with what is to be said of them once."""
    merged = Session.merge(session for _, session in found)
    return replace(merged, processes=once(merged.processes), notes=tuple(notes.of_several(merged)))


def once(processes: Iterable[Process]) -> tuple[Process, ...]:
    """Each process once: when one began is reckoned anew by each host process, to some hundredths of a second."""
    return tuple({(each.pid, round(each.started)): each for each in processes}.values())
