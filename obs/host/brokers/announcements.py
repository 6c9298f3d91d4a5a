"""The brokers that a run's processes have told of: see obs.jobs.brokers."""

from __future__ import annotations

import os
from pathlib import Path

from obs.jobs.brokers import SUFFIX, Broker, parse


class Announcements:
    """Those of one run folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: set[str] = set()

    def new(self) -> list[Broker]:
        """Those that weren't there the last time. Raises OSError if the folder can't be listed."""
        with os.scandir(self._folder) as entries:
            names = {entry.name for entry in entries if entry.name.endswith(SUFFIX)} - self._seen
        self._seen |= names
        return [broker for name in sorted(names) if (broker := self._read(name))]

    def _read(self, name: str) -> Broker | None:
        """None for one that is damaged."""
        try:
            return parse((self._folder / name).read_text())
        except (OSError, ValueError):
            return None
