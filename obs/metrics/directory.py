"""What is where in one metric file: its records, parsed once each, as they are appended.

Nothing is invented: a record whose checksum is wrong is left out and counted.
"""

from __future__ import annotations

import json
import struct
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from obs.metrics import records
from obs.metrics.heirs import heirs
from obs.metrics.identity import pid_namespace
from obs.metrics.metric import Metric

Unpack = Callable[[Any, int], tuple[float, ...]]

Pairs = tuple[tuple[str, str], ...]
"""Label names and values, in order."""

IDENTITY = ("service", "env", "version")


class Key:
    """A series over all processes, by identity: :class:`Keys` makes one object for each."""

    __slots__ = ("cells", "heirs", "identity", "labels", "lasts", "metric", "unpack")

    def __init__(self, identity: Pairs, metric: Metric, labels: tuple[str, ...], heirs: tuple[Key, ...] = ()) -> None:
        self.identity = identity
        self.metric = metric
        self.labels = labels
        self.cells = metric.cells
        self.unpack = _unpacker(metric.cells)
        """``unpack(buffer, start)`` gives its cells."""
        self.lasts = metric.kind != "gauge" or metric.outlives
        """Whether what a process recorded still counts when it is dead."""
        self.heirs = heirs
        """The series that it counts in then."""

    @property
    def pairs(self) -> Pairs:
        """All its labels."""
        return (*self.identity, *zip(self.metric.labels, self.labels, strict=True))


class Keys:
    """One Key for each series and one Metric for each definition, whatever file they came from."""

    def __init__(self) -> None:
        self._keys: dict[tuple[Pairs, Metric, tuple[str, ...]], Key] = {}
        self._metrics: dict[tuple[Any, ...], Metric] = {}
        self.parsed: dict[Pairs, dict[bytes, Key]] = {}
        """By identity, Keys by their records' bytes: alike in all processes, and parsing is most of a first read."""

    def __len__(self) -> int:
        return len(self._keys)

    def metric(self, metric: Metric) -> Metric:
        """The Metric that stands for all that merge with ``metric``; help text and cap may differ."""
        same = (metric.name, metric.kind, metric.labels, metric.buckets, metric.merge, metric.outlives)
        return self._metrics.setdefault(same, metric)

    def key(self, identity: Pairs, metric: Metric, labels: tuple[str, ...] = ()) -> Key:
        """The Key of a series. A label of the metric's own hides the identity's label of that name."""
        metric = self.metric(metric)
        if not set(IDENTITY).isdisjoint(metric.labels):
            identity = tuple(pair for pair in identity if pair[0] not in metric.labels)
        if len(labels) != len(metric.labels):
            raise ValueError(f"{metric.name} has the labels {metric.labels}, and got {labels}")
        parts = (identity, metric, labels)
        return self._keys.get(parts) or self._keys.setdefault(parts, Key(*parts, self._heirs(*parts)))

    def _heirs(self, identity: Pairs, metric: Metric, labels: tuple[str, ...]) -> tuple[Key, ...]:
        return tuple(self.key(identity, heir, labels) for heir in heirs(metric))


class Example(NamedTuple):
    """An exemplar's area in a file."""

    key: Key
    which: int
    start: int


class Directory:
    """The records of one file so far. :meth:`read` again when the file may have grown."""

    def __init__(self, keys: Keys) -> None:
        self.process: dict[str, Any] = {}
        """The first identity record: pid, id and so on. Empty if there is none: then nothing else is believed."""
        self.identity: Pairs = ()
        self.series: list[Key] = []
        self.starts: list[int] = []
        """For each of :attr:`series`, the byte where its cells begin. A series may be there more than once: add."""
        self.examples: list[Example] = []
        self.notes: dict[str, str] = {}
        self.folded: set[str] = set()
        """Ids of files whose counts are in this one."""
        self._keys = keys
        self._parsed: dict[bytes, Key] = {}
        self._metrics: dict[str, Metric] = {}
        self._unread: list[int] = []
        self._end = len(records.MAGIC)
        self._nonsense = False

    @property
    def torn(self) -> int:
        """How many records could not be read. They are looked at again: on some machines stores arrive late."""
        return len(self._unread) + self._nonsense

    def read(self, buffer: Any, size: int) -> None:
        """Parse what was appended since the last time to ``buffer``, a sliceable buffer of ``size`` bytes."""
        self._nonsense = size < self._end or buffer[: len(records.MAGIC)] != records.MAGIC
        if self._nonsense:
            return
        if self._unread:
            self._unread = [at for at in self._unread if not self._take(buffer, at, *_sizes(buffer, at))]
        while self._end + 8 <= size:
            position = self._end
            length, cells, checksum = _sizes(buffer, position)
            end = position + 8 + length + cells * 8
            if not length or end > size:
                self._nonsense = bool(length or cells or checksum)
                return
            if not self._take(buffer, position, length, cells, checksum):
                self._unread.append(position)
            self._end = end

    def _take(self, buffer: Any, position: int, length: int, cells: int, checksum: int) -> bool:
        start = position + 8 + length
        payload = bytes(buffer[position + 8 : start])
        known = self._parsed.get(payload)
        if known is not None:
            return self._add_series(known, cells, start)
        if records.checksum_of(payload, cells) != checksum:
            return False
        try:
            return self._parse(payload, cells, start)
        except (ValueError, KeyError, TypeError):
            return False

    def _parse(self, payload: bytes, cells: int, start: int) -> bool:
        match json.loads(payload):
            case ["identity", dict() as found]:
                self.identity = tuple((name, str(found[name])) for name in IDENTITY)
                self.process = self.process or found
                self._parsed = self._keys.parsed.setdefault(self.identity, {})
            case ["metric", str() as name, dict() as definition]:
                self._metrics[name] = records.defined(definition)
            case ["series", str() as name, *labels]:
                return self._add_series(self._key(self._metrics[name], labels, payload), cells, start)
            case ["exemplar", int() as first, int() as which] if cells * 8 == records.EXEMPLAR_BYTES:
                self.examples.append(Example(self._key_at(first * 8), which, start))
            case ["note", str() as name, str() as value]:
                self.notes[name] = value
            case ["folded", *ids]:
                self.folded.update(ids)
            case _:
                return False
        return True

    def _key(self, metric: Metric, labels: list[str], payload: bytes) -> Key:
        if metric.merge == "each" and "pid" not in metric.labels:
            metric, labels = replace(metric, labels=(*metric.labels, "pid")), [*labels, self._pid()]
            return self._keys.key(self.identity, metric, tuple(labels))
        key = self._parsed[payload] = self._keys.key(self.identity, metric, tuple(labels))
        return key

    def _key_at(self, start: int) -> Key:
        at = bisect_left(self.starts, start)
        if self.starts[at : at + 1] != [start]:
            raise ValueError(f"no series begins at byte {start}")
        return self.series[at]

    def _add_series(self, key: Key, cells: int, start: int) -> bool:
        # Twice the cells: the folded file keeps the remainders of its sums, see merge.py.
        if not self.identity or cells not in (key.cells, 2 * key.cells):
            return False
        for first in range(start, start + cells * 8, key.cells * 8):
            self.series.append(key)
            self.starts.append(first)
        return True

    def _pid(self) -> str:
        """The pid; one of another container bears the number of its namespace, for it may be equal to one here."""
        pid, namespace = str(self.process["pid"]), str(self.process["namespace"])
        return pid if namespace == pid_namespace() else f"{pid}@{namespace.strip('pid:[]')}"


@cache
def _unpacker(cells: int) -> Unpack:
    """Native doubles, each loaded as one word: a value that is being written is read as it was or as it will be."""
    return struct.Struct(f"{cells}d").unpack_from


def _sizes(buffer: Any, position: int) -> tuple[int, int, int]:
    return records.unpack_header(buffer[position : position + 8])
