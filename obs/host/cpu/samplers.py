"""Who can sample CPU stacks: the one list, in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from obs.errors import ObsError
from obs.host.cpu.recorded import Asked, Recording
from obs.host.cpu.streams import Streams
from obs.host.pyspy import recording as pyspy
from obs.profiling.session import Source, View


def by_reader(streams: Streams, asked: Asked) -> Recording:
    """Raises ObsError: what to grant, or what is not understood."""
    return streams.record(asked)


def by_pyspy(_streams: Streams, asked: Asked) -> Recording:
    """Raises ObsError if it can't be started; that it is refused shows a little later."""
    try:
        return pyspy.Recording(asked.pid, asked.rate, asked.seconds, asked.folder, native=asked.native)
    except OSError as error:
        raise ObsError(f"py-spy, which obs[host] installs, can't be started: {error.strerror}") from None


class Sampler(NamedTuple):
    """Somebody who looks at a process from outside."""

    name: Source
    begin: Callable[[Streams, Asked], Recording]
    """Raises ObsError with the reason if it can't."""
    native: bool
    """Whether it sees machine code too."""
    views: tuple[View, ...] = ("cpu",)
    """What it can see."""


SAMPLERS = (Sampler("reader", by_reader, native=False, views=("cpu", "held")), Sampler("py-spy", by_pyspy, native=True))
"""The reader stops nothing, starts at once, and needs nothing that is to be installed."""

STANDS_IN = " was looked at by {name}, since {reason}"


class Begun(NamedTuple):
    """A recording that runs, or why there is none."""

    recording: Recording | None
    refused: str = ""
    """Why those before it, or all of them, could not."""
    note: str = ""
    """What is to be said of that: the end of a sentence that begins with the process."""


def begin(streams: Streams, asked: Asked, only: str = "") -> Begun:
    """A recording by the first that can; ``only``: by that one. Never raises."""
    reasons: list[str] = []
    for sampler in wanted(asked, only):
        try:
            found = sampler.begin(streams, asked)
        except ObsError as error:
            reasons.append(str(error))
            continue
        refused = "; ".join(reasons)
        return Begun(found, refused, STANDS_IN.format(name=sampler.name, reason=refused) if reasons else "")
    return Begun(None, "; ".join(reasons))


def wanted(asked: Asked, only: str) -> Iterator[Sampler]:
    """Those that may be asked."""
    for sampler in SAMPLERS:
        able = (sampler.native or not asked.native) and not set(asked.views).isdisjoint(sampler.views)
        if able and only in ("", sampler.name):
            yield sampler
