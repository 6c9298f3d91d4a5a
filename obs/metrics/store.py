"""Where a process records its metrics: handles by metric and labels, on a log in shared memory.

Looking a handle up is for the slow path: 0.2 µs for one that exists; keep it. Recording through it takes no lock and
makes no system call. Nothing here raises into the service once the store is open: a series for which there is no room
gets a handle whose values nobody reads, and the fault is counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from obs import native
from obs.errors import StoreError, fault
from obs.metrics import forks, records
from obs.metrics.catalog import OBS_SELF_OVERFLOWED
from obs.metrics.folder import make_private, unusable
from obs.metrics.handles import Counter, Gauge, Histogram
from obs.metrics.identity import Identity, Role
from obs.metrics.log import Log
from obs.metrics.metric import OVERFLOW, Metric

__all__ = ["Counter", "Gauge", "Histogram", "Identity", "Role", "Store", "StoreError"]

MAX_EXEMPLARS = 10_000
"""Areas for exemplars in one process: 2.8 MB. A bucket that comes later has none."""

T = TypeVar("T")


class Store:
    """One process's metrics: private until :meth:`attach` gives it a file that readers see."""

    def __init__(self, identity: Identity) -> None:
        self._log = Log(identity)
        self._lock = native.original("_thread", "RLock")()
        self._busy = False
        self._interrupted = 0
        self._handles: dict[tuple[str, ...], Any] = {}
        self._lost: dict[str, Any] = {}
        self._counts: dict[str, int] = {}
        self._keys: dict[Metric, str] = {}
        self._exemplars: dict[tuple[int, int], int] = {}
        self.before_child: list[Callable[[], None]] = []
        """Called in a forked child while the cells still hold its parent's values."""
        forks.follow(self)

    @classmethod
    def private(cls, identity: Identity | None = None) -> Store:
        """A store in memory of this process only: complete, but read by nobody outside."""
        return cls(identity or Identity())

    @classmethod
    def open(cls, run_dir: Path, identity: Identity, *, role: Role = "service") -> Store:
        """A store on a new file in ``run_dir``. Raises StoreError with the path, the cause and the fix."""
        store = cls(identity)
        store.attach(run_dir, identity, role=role)
        return store

    # -- the file --

    def attach(self, run_dir: Path, identity: Identity, *, role: Role = "service") -> None:
        """Move to a new file in ``run_dir``: handles stay bound and values are kept. Raises StoreError.

        A store that has a file leaves it first, with :meth:`detach`.
        """
        make_private(run_dir)
        self.detach()
        with self._lock:
            self._log.identity, self._log.role = identity, role
            try:
                self._log.move_to_file(run_dir, fresh=False)
            except OSError as error:
                raise unusable(run_dir, error) from error

    def detach(self) -> None:
        """Leave the file, whose counts readers keep, and begin at zero in private memory. Handles stay bound."""
        with self._lock:
            file = self._log.file
            if file is not None:
                self._log.move_to_memory(fresh=True)
                self._log.sign_off(file)
                file.close()

    @property
    def path(self) -> Path | None:
        """The file in use, or None for a private store."""
        return self._log.file.path if self._log.file else None

    @property
    def run_dir(self) -> Path | None:
        """The folder of :attr:`path`."""
        return self._log.file.folder if self._log.file else None

    @property
    def cells(self) -> memoryview[float]:
        """All cells of this process: valid, and at the same place, until it ends."""
        return self._log.memory.cells

    def image(self) -> bytes:
        """What the file holds at this moment, or would hold: for a reader in this process."""
        with self._lock:
            return bytes(self._log.memory.bytes[: self._log.end + 8])

    def expect_child(self) -> None:
        """This thread is about to fork a child that lasts: make its file here. Raises StoreError or OSError."""
        with self._lock:
            self._log.make_spare()

    def expect_none(self) -> None:
        """There was none after all."""
        with self._lock:
            self._log.drop_spare()

    def become_child(self, *, lasting: bool) -> None:
        """After a fork: a file of the child's own if it is ``lasting``, at zero, over the same addresses."""
        # Made anew: another thread of the parent may have held it. What that thread had half done is not in the log,
        # for a record counts from its header on, and that is written last.
        self._lock = native.original("_thread", "RLock")()
        self._busy = False
        for tell in self.before_child:
            tell()
        parents = self._log.file
        try:
            if parents is not None and lasting:
                self._log.move_to_file(parents.folder, fresh=True)
            else:
                self._log.move_to_memory(fresh=True)
        finally:
            if parents is not None:
                parents.close()

    # -- handles --

    def counter(self, metric: Metric, *labels: str) -> Counter:
        """The counter of ``metric`` with these values of its labels, in order."""
        return cast("Counter", self._handles.get((metric.name, *labels)) or self._register(metric, labels))

    def gauge(self, metric: Metric, *labels: str) -> Gauge:
        """The gauge of ``metric`` with these values of its labels, in order."""
        return cast("Gauge", self._handles.get((metric.name, *labels)) or self._register(metric, labels))

    def histogram(self, metric: Metric, *labels: str) -> Histogram:
        """The histogram of ``metric`` with these values of its labels, in order."""
        return cast("Histogram", self._handles.get((metric.name, *labels)) or self._register(metric, labels))

    def _register(self, metric: Metric, labels: tuple[str, ...]) -> Any:
        handle = self._alone(self._find_or_add, metric, labels) or self._lost.get(metric.name)
        if handle is None:
            nowhere = memoryview(bytearray(metric.cells * 8)).cast("d")
            handle = self._lost.setdefault(metric.name, self._bind(metric, nowhere, 0))
        return handle

    def _alone(self, act: Callable[..., T], *args: Any) -> T | None:
        """``act(*args)`` by one thread at a time, and None if it failed.

        None too if a signal handler or a finaliser comes in the middle of another ``act`` of this very thread.
        """
        try:
            with self._lock:
                if self._busy:
                    self._interrupted += 1
                    return None
                self._busy = True
                try:
                    return act(*args)
                finally:
                    self._busy = False
        except Exception:
            fault("metrics.store")
            return None

    def _find_or_add(self, metric: Metric, labels: tuple[str, ...]) -> Any:
        if len(labels) != len(metric.labels):
            raise ValueError(f"{metric.name} has the labels {metric.labels}, and got {labels}")
        key = (metric.name, *map(records.clean, labels))
        handle = self._handles.get(key)
        if handle is None and not self._has_place(metric):
            key = (metric.name, *(OVERFLOW for _ in metric.labels))
            handle = self._handles.get(key)
        if handle is None:
            handle = self._handles[key] = self._bind(metric, self.cells, self._append_series(metric, key[1:]))
        return handle

    def _has_place(self, metric: Metric) -> bool:
        """Whether one more series is within the metric's cap; counted if not."""
        if self._counts.get(metric.name, 0) < metric.cap:
            return True
        if metric is not OBS_SELF_OVERFLOWED:
            self._find_or_add(OBS_SELF_OVERFLOWED, (metric.name,)).add(1.0)
        return False

    def _append_series(self, metric: Metric, labels: tuple[str, ...]) -> int:
        if self._interrupted:
            interrupted, self._interrupted = self._interrupted, 0
            self._find_or_add(OBS_SELF_OVERFLOWED, ("(interrupted)",)).add(interrupted)
        key = self._keys.get(metric)
        if key is None:
            key, definition = records.define(metric)
            self._log.append(["metric", key, definition])
            self._keys[metric] = key
        first = self._log.append(["series", key, *labels], metric.cells, carried=metric.carried)
        self._counts[metric.name] = self._counts.get(metric.name, 0) + 1
        return first

    def _bind(self, metric: Metric, cells: memoryview[float], index: int) -> Any:
        if metric.kind == "histogram":
            return Histogram(cells, index, metric.buckets, self.exemplar)
        return Counter(cells, index) if metric.kind == "counter" else Gauge(cells, index)

    # -- beside the handles --

    def new_series(self, metric: Metric, labels: tuple[str, ...]) -> int | None:
        """The first cell of a new series, shared with no other of the same labels; None if there is no room."""
        return self._alone(self._new_series, metric, labels)

    def _new_series(self, metric: Metric, labels: tuple[str, ...]) -> int | None:
        return self._append_series(metric, tuple(map(records.clean, labels))) if self._has_place(metric) else None

    def note(self, name: str, value: str) -> None:
        """Tell readers something about this process that no metric says."""
        self._alone(self._log.append, ["note", name, value])

    def exemplar(self, first: int, which: int, value: float, labels: dict[str, str]) -> None:
        """Overwrite the exemplar of cell ``which`` of the series that begins at cell ``first``."""
        packed = records.pack_exemplar(value, time.time(), labels)
        start = self._exemplars.get((first, which)) or self._alone(self._add_exemplar, first, which)
        if packed is not None and start is not None:
            head, body = packed
            self._log.memory.bytes[start + 8 : start + 8 + len(body)] = body
            self._log.memory.words[start // 8] = head

    def _add_exemplar(self, first: int, which: int) -> int | None:
        if not first or len(self._exemplars) >= MAX_EXEMPLARS:  # cell 0 is the file's magic, and a lost handle's index
            return None
        start = self._log.append(["exemplar", first, which], records.EXEMPLAR_BYTES // 8) * 8
        self._exemplars[first, which] = start
        return start
