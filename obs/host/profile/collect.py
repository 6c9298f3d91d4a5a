"""A window over all the processes that are wanted, at the same time."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic, sleep

from obs.errors import ObsError
from obs.host.cpu.streams import Streams
from obs.host.layouts import layouts
from obs.host.profile.targets import Target
from obs.host.profile.wanted import Wanted
from obs.host.profile.watching import Watching
from obs.profiling.session import Session

STEP = 0.1
"""Seconds between two looks at whether it is over."""

Tell = Callable[[float], object]
"""Gets the seconds that have passed, some times a second."""


def collect(targets: Sequence[Target], wanted: Wanted, tell: Tell) -> Session:
    """Record them. A KeyboardInterrupt ends it early, and what there is by then is returned. Raises ObsError."""
    watched: list[Watching] = []
    streams = Streams(wanted.rate, cache=layouts())
    try:
        for target in targets:
            watched.append(Watching(target, wanted, streams))  # noqa: PERF401  those that have begun are to be ended
        sleep(max((each.settles for each in watched), default=0.0))
        for each in watched:
            each.begin()
        wait(watched, wanted.seconds, tell)
    except KeyboardInterrupt:
        pass
    finally:
        for each in watched:
            each.end()
        streams.close()
    return replace(together(watched), host=socket.gethostname())


def wait(watched: Sequence[Watching], seconds: float, tell: Tell) -> None:
    """Until the time is over, or nobody is left."""
    began = monotonic()
    while (passed := monotonic() - began) < seconds and not all(each.gone for each in watched):
        tell(passed)
        sleep(min(STEP, max(seconds - passed, 0.0)))


def together(watched: Sequence[Watching]) -> Session:
    """The sessions of all, as one; who gave nothing is a note, unless nobody gave anything."""
    sessions, refusals = [], []
    for each in watched:
        try:
            sessions.append(each.session())
        except ObsError as error:
            refusals.append(str(error))
    if not sessions:
        raise ObsError("; ".join(dict.fromkeys(refusals)))
    merged = Session.merge(sessions)
    return replace(merged, notes=(*merged.notes, *refusals))
