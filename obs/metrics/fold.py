"""Folding: the counts of dead processes move into one file, exactly once, so that files never pile up.

The folded file names the files whose counts it has. It is written whole under another name and put in force by one
rename; only then are those files removed. Whoever dies in between leaves either the old state, or files that the one in
force names: readers skip those, and the next folder removes them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from obs.metrics import records
from obs.metrics.catalog import OBS_SELF_TORN
from obs.metrics.directory import IDENTITY, Key, Keys
from obs.metrics.folder import FOLDED, SUFFIX, UNFINISHED, alive
from obs.metrics.merge import Row, remainder, rule
from obs.metrics.metric import Metric
from obs.metrics.reader import names
from obs.metrics.snapshot import Exemplar, Plan, examples
from obs.metrics.source import FileSource

_ABANDONED = 60.0
"""Seconds after which an unfinished file that nobody holds is removed."""

Step = Callable[[str], object]


def fold(run_dir: Path, step: Step = str) -> int:
    """Fold the dead processes of a run; returns how many. Raises OSError, and then nothing is lost.

    Nothing is done while another process folds. ``step`` is told what has just been done.
    """
    with _alone(run_dir) as free:
        return _Fold(run_dir, step).run() if free else 0


@contextlib.contextmanager
def _alone(run_dir: Path) -> Iterator[bool]:
    fd = os.open(run_dir / "fold.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(fd)


class _Fold:
    """One folding, under the lock."""

    def __init__(self, run_dir: Path, step: Step) -> None:
        self.run_dir = run_dir
        self.step = step
        self.keys = Keys()

    def run(self) -> int:
        with contextlib.ExitStack() as stack:
            before = self._open(FOLDED, stack)
            self._remove(before.directory.folded if before else set())
            self._remove_abandoned()
            dead = [source for source in self._sources(stack) if not source.alive]
            if dead:
                self._replace([*([before] if before else []), *dead], [source.path.stem for source in dead])
        return len(dead)

    def _sources(self, stack: contextlib.ExitStack) -> list[FileSource]:
        found = [self._open(name, stack) for name in sorted(names(self.run_dir))]
        return [source for source in found if source is not None]

    def _open(self, name: str, stack: contextlib.ExitStack) -> FileSource | None:
        try:
            source = FileSource(self.run_dir / name, self.keys)
        except FileNotFoundError:
            return None
        stack.callback(source.close)
        source.refresh()
        return source

    def _replace(self, sources: list[FileSource], ids: list[str]) -> None:
        unfinished = self.run_dir / (os.urandom(8).hex() + UNFINISHED)
        try:
            unfinished.write_bytes(self._compose(sources, ids))
            self.step("written")
            unfinished.rename(self.run_dir / FOLDED)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        self.step("in force")
        self._remove(set(ids))

    def _compose(self, sources: list[FileSource], ids: list[str]) -> bytes:
        torn: dict[Key, list[Row]] = {}
        for source in sources:
            source.alive = False
            if source.directory.torn and source.directory.identity:
                key = self.keys.key(source.directory.identity, OBS_SELF_TORN)
                torn.setdefault(key, []).append((float(source.directory.torn),))
        rows = dict(Plan(sources).rows())
        for key, more in torn.items():
            rows[key] = rows.get(key, []) + more
        return compose(rows, examples(sources), ids)

    def _remove(self, ids: set[str]) -> None:
        for file_id in ids:
            (self.run_dir / (file_id + SUFFIX)).unlink(missing_ok=True)
            self.step("removed")

    def _remove_abandoned(self) -> None:
        for path in self.run_dir.glob("*" + UNFINISHED):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _ABANDONED and not _held(path):
                    path.unlink()


def _held(path: Path) -> bool:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return alive(fd)
    finally:
        os.close(fd)


def compose(rows: dict[Key, list[Row]], exemplars: dict[tuple[Key, int], Exemplar], ids: list[str]) -> bytes:
    """A metric file with the merged ``rows``; every series but a gauge has twice its cells: totals, then remainders."""
    image = _Image()
    for start in range(0, len(ids), 1000):
        image.append(["folded", *ids[start : start + 1000]])
    firsts: dict[Key, int] = {}
    for key in sorted(rows, key=lambda key: key.identity):
        total = rule(key.metric)(rows[key])
        firsts[key] = image.append_series(key, total + _rest(key.metric, rows[key], total))
    for (key, which), exemplar in exemplars.items():
        packed = records.pack_exemplar(*exemplar)
        if key in firsts and packed is not None:
            image.append_exemplar(firsts[key], which, packed)
    return bytes(image.bytes)


def _rest(metric: Metric, rows: list[Row], total: list[float]) -> list[float]:
    if metric.kind == "gauge":
        return []
    return remainder(rows, total, first=len(total) - 1 if metric.kind == "histogram" else 0)


class _Image:
    """A metric file that is made in memory, in one go."""

    def __init__(self) -> None:
        self.bytes = bytearray(records.MAGIC)
        self._identity: object = None
        self._names: dict[Metric, str] = {}

    def append(self, fields: list[object], cells: bytes = b"") -> int:
        """Add a record; returns its first cell's index."""
        header, payload = records.pack(fields, len(cells) // 8)
        self.bytes += records.word(header) + payload + cells
        return (len(self.bytes) - len(cells)) // 8

    def append_series(self, key: Key, values: list[float]) -> int:
        if key.identity != self._identity:
            self._identity = key.identity
            self.append(["identity", {**dict.fromkeys(IDENTITY, ""), **dict(key.identity)}])
        if key.metric not in self._names:
            self._names[key.metric], definition = records.define(key.metric)
            self.append(["metric", self._names[key.metric], definition])
        return self.append(["series", self._names[key.metric], *key.labels], records.cells(values))

    def append_exemplar(self, first: int, which: int, packed: tuple[int, bytes]) -> None:
        head, body = packed
        self.append(["exemplar", first, which], (records.word(head) + body).ljust(records.EXEMPLAR_BYTES, b"\0"))
