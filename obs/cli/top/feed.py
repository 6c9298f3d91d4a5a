"""What there is to see of one run, read from its folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

from obs.host import processes
from obs.host.blocks.gather import gather
from obs.host.reading import reading
from obs.host.runs import LiveRun
from obs.host.tally import Reading
from obs.metrics.listening import Listening
from obs.metrics.reader import Reader
from obs.metrics.rings import Rings
from obs.runtime.blocks.block import Block


class Ended(Exception):  # noqa: N818  it is no error: runs end
    """The run is over."""


class Feed:
    """A run's files, kept open from look to look. A context manager."""

    def __init__(self, run: LiveRun, clock: Callable[[], float] = time.monotonic) -> None:
        self.run, self._clock = run, clock
        self._reader = Reader(run.folder, listening=Listening())
        self._rings = Rings(run.folder)

    def __enter__(self) -> Feed:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as closing:
            closing.callback(self._reader.close)
            closing.callback(self._rings.close)

    def read(self) -> Reading:
        """Everything so far. Raises Ended: obs run removes the folder, and where there is none, nobody lives."""
        try:
            series = self._reader.snapshot().series
            alive = processes.look(self.run.folder).alive
        except OSError as error:
            raise Ended from error
        if not alive:
            raise Ended
        return reading(self._clock(), ((key.metric.name, key.labels, cells) for key, cells in series.items()))

    def began(self, now: Reading) -> Reading:
        """Nothing yet: the reading that would have been made when the run began."""
        return Reading(now.at - max(time.time() - self.run.since, 1e-3), {})

    def blocks(self) -> tuple[Block, ...]:
        """The blocked loops that there is a record of, by their start; none if that can't be read."""
        with suppress(OSError, ValueError):
            return gather(self._rings.look()).blocks
        return ()
