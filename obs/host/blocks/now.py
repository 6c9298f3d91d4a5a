"""The stack of a process that does not answer, as it is now: of who holds the GIL there."""

from __future__ import annotations

from contextlib import closing, suppress
from time import sleep

from obs.errors import ObsError
from obs.host.blocks.pyspy import Dump, Dumping
from obs.host.blocks.readers import dumped
from obs.host.layouts import layouts
from obs.profiling.reader import Reader, TornError


def stack(pid: int) -> Dump:
    """By the reader, else by py-spy; or why there is none. Never raises."""
    with suppress(ObsError, OSError, TornError), closing(Reader(pid, layouts())) as reader:
        found = dumped(reader)
        if found is not None:
            return found
    return by_pyspy(pid)


def by_pyspy(pid: int) -> Dump:
    try:
        dumping = Dumping(pid)
    except OSError as error:
        return Dump(refused=f"py-spy, which obs[host] installs, can't be started: {error.strerror}")
    while (dump := dumping.result()) is None:
        sleep(0.01)
    return dump
