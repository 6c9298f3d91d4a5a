"""What all processes of a run together have accounted for, the dead ones too: the exact seconds of a window."""

from __future__ import annotations

from pathlib import Path

from obs.host.profile.accounts import Accounts
from obs.host.reading import reading
from obs.metrics.reader import Reader


class Totals:
    """The accounts of a run, read now and then. Not for several threads at once."""

    def __init__(self, run_dir: Path) -> None:
        self._reader = Reader(run_dir, observe=lambda _: {})

    def now(self) -> Accounts:
        """Up to a second old. Empty if they can't be read: the run is being removed."""
        try:
            series = self._reader.snapshot().series
        except OSError:
            return Accounts()
        works = reading(0.0, ((key.metric.name, key.labels, cells) for key, cells in series.items())).works
        return Accounts(
            {work: tally.clocks for work, tally in works.items() if tally.clocks},
            {work: tally.total for work, tally in works.items() if tally.total},
        )

    def close(self) -> None:
        self._reader.close()
