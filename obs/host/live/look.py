"""One look at a run: everything that its shared memory says at that moment."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from obs.host.blocks.gather import gather
from obs.host.live.counts import Counts, counts
from obs.host.live.members import Member, Members
from obs.host.reading import reading
from obs.host.tally import Reading
from obs.metrics.listening import Listening
from obs.metrics.reader import Reader
from obs.metrics.rings import Rings
from obs.runtime.blocks.block import Block


@dataclass(frozen=True, slots=True)
class Look:
    """A value."""

    when: float
    """Unix time."""
    reading: Reading
    counts: Counts = field(default_factory=Counts)
    members: tuple[Member, ...] = ()
    blocks: tuple[Block, ...] = ()
    """The records that there are, by their start."""


class Looking:
    """A run's files, kept open from look to look. Not for several threads at once."""

    def __init__(self, folder: Path) -> None:
        self._reader = Reader(folder, listening=Listening())
        self._rings = Rings(folder)
        self._members = Members()
        self._last: Reading | None = None

    def look(self) -> Look:
        """Now. Raises OSError if the run has ended."""
        found = self._reader.snapshot().series
        series = [(key.metric.name, key.labels, cells) for key, cells in found.items()]
        now = self._shared(reading(time.monotonic(), series))
        return Look(time.time(), now, counts(series), self._members.look(self._reader.living()), self._blocks())

    def _shared(self, now: Reading) -> Reading:
        """``now`` with what is as it was at the last look being that of that look: a service has many works, few do
        something in a second, and a score of readings are kept."""
        if self._last is not None:
            before = self._last.works
            works = {name: before[name] if before.get(name) == tally else tally for name, tally in now.works.items()}
            owners = self._last.owners if self._last.owners == now.owners else now.owners
            kinds = self._last.kinds if self._last.kinds == now.kinds else now.kinds
            now = replace(now, works=works, owners=owners, kinds=kinds)
        self._last = now
        return now

    def _blocks(self) -> tuple[Block, ...]:
        with suppress(OSError, ValueError):
            return gather(self._rings.look()).blocks
        return ()

    def close(self) -> None:
        self._reader.close()
        self._rings.close()
