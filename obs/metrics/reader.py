"""Reads a run folder from outside: every process's file, the dead ones' and what was folded of them.

A counter never goes down between two snapshots, whatever dies or is folded meanwhile: a file is counted itself, or in
the folded file, and the folded file that was read has to be the one in force when the reading ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from obs.metrics import process
from obs.metrics.catalog import OBS_SELF_TORN
from obs.metrics.directory import Key, Keys
from obs.metrics.folder import FOLDED, SUFFIX
from obs.metrics.listening import Listening
from obs.metrics.merge import Row
from obs.metrics.snapshot import Plan, Snapshot, examples, merge
from obs.metrics.source import FileSource, ImageSource, Source

_OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO})
"""Errors of opening or mapping that are not the file's fault."""

_SPARE = 10_000
"""Keys beyond twice those in use at which the reader forgets them all: some 5 MB."""

_ATTEMPTS = 50
"""Each is beaten only by a fold in that very moment, and folds are as rare as scrapes."""


class Reader:
    """Keeps the files of a run open and parsed from one snapshot to the next. Not for several threads at once."""

    def __init__(
        self, run_dir: Path, observe: process.Observe = process.observe, listening: Listening | None = None
    ) -> None:
        """``observe`` and ``listening`` say what the kernel knows of the processes."""
        self.run_dir = run_dir
        self._observe = observe
        self._listening = listening
        self._keys = Keys()
        self._sources: dict[str, FileSource] = {}
        self._folded: FileSource | None = None
        self._unreadable = 0
        self._plan = Plan([])
        self._planned: list[tuple[Any, int, bool]] = []

    def snapshot(self, *, exemplars: bool = False) -> Snapshot:
        """Everything recorded so far. Raises OSError if the folder can't be read."""
        for _ in range(_ATTEMPTS):
            sources = self._refresh()
            found = self._merge(sources, exemplars=exemplars)
            if self._in_force():
                return found
        raise TimeoutError(f"{self.run_dir}: it was folded {_ATTEMPTS} times while it was read")

    def dead(self) -> list[FileSource]:
        """The files whose owners are dead, as of the last snapshot."""
        return [source for source in self._sources.values() if not source.alive]

    def living(self) -> list[FileSource]:
        """The files whose owners are alive, as of the last snapshot; good until the next."""
        return [source for source in self._sources.values() if source.alive]

    def close(self) -> None:
        """Close every file. The next snapshot opens them again."""
        for source in [*self._sources.values(), *([self._folded] if self._folded else [])]:
            source.close()
        self._sources, self._folded = {}, None

    def _refresh(self) -> list[Source]:
        if len(self._keys) > 2 * self._plan.size + _SPARE:
            # Gauges of each process have keys of their own, and processes come and go: begin anew.
            self.close()
            self._keys = Keys()
        self._refresh_folded()
        self._unreadable = 0
        folded = self._folded.directory.folded if self._folded else set()
        wanted = {name for name in names(self.run_dir) if name.removesuffix(SUFFIX) not in folded}
        for gone in self._sources.keys() - wanted:
            self._sources.pop(gone).close()
        for name in sorted(wanted):
            self._refresh_file(name)
        return [*([self._folded] if self._folded else []), *self._sources.values()]

    def _refresh_file(self, name: str) -> None:
        try:
            if name not in self._sources:
                self._sources[name] = FileSource(self.run_dir / name, self._keys)
            self._sources[name].refresh()
        except FileNotFoundError:
            pass  # folded and removed since the folder was listed
        except OSError as error:
            if error.errno in _OURS:  # to leave the file out would make its counters go down
                raise
            self._unreadable += 1

    def _refresh_folded(self) -> None:
        if self._folded is not None and not self._in_force():
            self._folded.close()
            self._folded = None
        if self._folded is None:
            with contextlib.suppress(FileNotFoundError):
                self._folded = FileSource(self.run_dir / FOLDED, self._keys)
                self._folded.refresh()
                self._folded.alive = False

    def _in_force(self) -> bool:
        """Whether the folded file that is open here is the one in the folder, or there is none on either side."""
        try:
            current = (self.run_dir / FOLDED).stat()
        except FileNotFoundError:
            return self._folded is None
        return self._folded is not None and self._folded.same_file(current)

    def _merge(self, sources: list[Source], *, exemplars: bool) -> Snapshot:
        state = [(source.buffer, len(source.directory.series), source.alive) for source in sources]
        if state != self._planned:
            self._plan, self._planned = Plan(sources), state
        more = self._observed()
        return snapshot_of(self._plan, more, sources, self._keys, exemplars=exemplars, unreadable=self._unreadable)

    def _observed(self) -> dict[Key, list[Row]]:
        found: dict[Key, list[Row]] = {}
        for source in self._sources.values():
            if source.alive:
                for metric, value in self._observe(source).items():
                    found.setdefault(self._keys.key(source.directory.identity, metric), []).append((value,))
        if self._listening is not None:
            for identity, metric, port, value in self._listening.observe(self._sources.values()):
                found.setdefault(self._keys.key(identity, metric, (port,)), []).append((value,))
        return found


def names(folder: Path) -> Iterator[str]:
    """The files of processes in a run folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIX) and entry.name != FOLDED:
                yield entry.name


def snapshot_of(
    plan: Plan,
    more: dict[Key, list[Row]],
    sources: Sequence[Source],
    keys: Keys,
    *,
    exemplars: bool,
    unreadable: int = 0,
) -> Snapshot:
    """The plan's series and ``more``, with what the sources say beside them."""
    identity = next((source.directory.identity for source in reversed(sources) if source.directory.identity), None)
    torn = unreadable + sum(source.directory.torn for source in sources)
    if identity:
        more.setdefault(keys.key(identity, OBS_SELF_TORN), []).append((float(torn),))
    notes: dict[str, set[str]] = {}
    for source in sources:
        for name, value in source.directory.notes.items():
            notes.setdefault(name, set()).add(value)
    return Snapshot(merge(plan, more), examples(sources) if exemplars else {}, torn, notes)


def of_image(image: bytes) -> Snapshot:
    """The snapshot of one store's memory alone: see ``Store.image``."""
    keys = Keys()
    source = ImageSource(image, keys)
    return snapshot_of(Plan([source]), {}, [source], keys, exemplars=True)
