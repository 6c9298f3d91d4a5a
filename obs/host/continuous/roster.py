"""Which processes of a run there are, second by second, at the cost of a look into its folder."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from obs.host.processes import is_alive
from obs.host.profile.targets import Target, is_here, target, working
from obs.metrics.directory import Keys
from obs.metrics.reader import names
from obs.metrics.source import FileSource


class Roster:
    """Each file of a process is read once; then its lock tells whether the process lives, in some 10 µs."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._known: dict[str, Target | None] = {}

    def look(self) -> list[Target]:
        """The living processes of the service but those that only fork others. Raises OSError without the folder."""
        present = set(names(self._run_dir))
        self._known = {name: found for name, found in self._known.items() if name in present}
        for name in sorted(present - self._known.keys()):
            self._known[name] = self._read(self._run_dir / name)
        return working([each for each in self._known.values() if each is not None and lives(each)])

    def _read(self, path: Path) -> Target | None:
        """None for a process that is not of the service, or not of this pid namespace."""
        with suppress(OSError, ValueError), closing(FileSource(path, Keys())) as source:
            source.refresh()
            if is_here(source.directory.process):
                return target(path, source)
        return None


def lives(each: Target) -> bool:
    return each.file is not None and is_alive(each.file) is True
