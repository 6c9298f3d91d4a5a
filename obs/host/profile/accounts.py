"""What one process has accounted for so far, read from its own file: seconds by work and view, and how many ended."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from obs.host.reading import reading
from obs.metrics.catalog import PYTHON_GC_PAUSE
from obs.metrics.directory import Keys
from obs.metrics.source import FileSource


@dataclass(frozen=True, slots=True)
class Accounts:
    """At one moment, or between two."""

    seconds: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By work and view. Up to a second old, and what an open Work waits for up to ten."""
    calls: Mapping[str, float] = field(default_factory=dict)
    collecting: float = 0.0
    """Seconds of garbage collections."""

    def since(self, earlier: Accounts) -> Accounts:
        """What was added after ``earlier``."""
        seconds = {work: minus(of, earlier.seconds.get(work, {})) for work, of in self.seconds.items()}
        collecting = max(self.collecting - earlier.collecting, 0.0)
        return Accounts(seconds, minus(self.calls, earlier.calls), collecting)


def minus(now: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    return {name: max(value - before.get(name, 0.0), 0.0) for name, value in now.items()}


def accounts(file: Path | None) -> Accounts:
    """What is in a process's file; nothing if it can't be read any more."""
    if file is None:
        return Accounts()
    try:
        with closing(FileSource(file, Keys())) as source:
            source.refresh()
            directory, buffer = source.directory, source.buffer
            rows = zip(directory.series, directory.starts, strict=True)
            series = [(key.metric.name, key.labels, key.unpack(buffer, at)) for key, at in rows]
    except (OSError, ValueError):
        return Accounts()
    works = reading(0.0, series).works
    return Accounts(
        {work: tally.clocks for work, tally in works.items() if tally.clocks},
        {work: tally.total for work, tally in works.items() if tally.total},
        sum(cells[-1] for metric, _, cells in series if metric == PYTHON_GC_PAUSE.name),
    )
