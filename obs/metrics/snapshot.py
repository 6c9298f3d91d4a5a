"""All series of a run at one time, merged over its processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from obs.metrics import records
from obs.metrics.directory import Example, Key
from obs.metrics.merge import Row, rule
from obs.metrics.source import Source


class Exemplar(NamedTuple):
    """One observation of a bucket, with the trace it was made in."""

    value: float
    when: float
    labels: dict[str, str]


class Snapshot(NamedTuple):
    """What a reader hands to exposition, and what folding writes."""

    series: dict[Key, list[float]]
    """Cells by series, as the handles lay them out: a histogram's buckets are not cumulative."""
    examples: dict[tuple[Key, int], Exemplar]
    """The latest exemplar of a series' cell."""
    torn: int
    """Records left out because they could not be read."""
    notes: dict[str, set[str]]


class Plan:
    """Which cells of which buffers make up each series. Good until a source grows, dies, appears or goes."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._places: dict[Key, tuple[list[Any], list[int]]] = {}
        for source in sources:
            self._add(source)

    @property
    def size(self) -> int:
        """How many series there are."""
        return len(self._places)

    def _add(self, source: Source) -> None:
        places, buffer, alive = self._places, source.buffer, source.alive
        leaves = not alive and records.LEFT not in source.directory.notes
        for key, start in zip(source.directory.series, source.directory.starts, strict=True):
            if alive or key.lasts:
                found = places.get(key)
                if found is None:
                    found = places[key] = ([], [])
                found[0].append(buffer)
                found[1].append(start)
            elif leaves:
                for heir in key.heirs:
                    buffers, starts = places.setdefault(heir, ([], []))
                    buffers.append(buffer)
                    starts.append(start)

    def rows(self) -> Iterator[tuple[Key, list[Row]]]:
        """Each series with its rows, read now. A gauge that is NaN is one that nobody has set, or that was removed."""
        # Hot: 64,000 rows for 32 processes of 2,000 series. One series at a time, so that the rows of the last are
        # freed before the next, and the garbage collector isn't called upon.
        for key, (buffers, starts) in self._places.items():
            rows: list[Row] = list(map(key.unpack, buffers, starts))
            if key.metric.kind == "gauge":
                rows = [row for row in rows if row[0] == row[0]]
            if rows:
                yield key, rows


def merge(plan: Plan, more: Mapping[Key, list[Row]]) -> dict[Key, list[float]]:
    """One row for each series, of the plan's rows and ``more``."""
    merged = {key: rule(key.metric)(rows if key not in more else rows + more[key]) for key, rows in plan.rows()}
    for key, rows in more.items():
        if key not in merged:
            merged[key] = rule(key.metric)(rows)
    return merged


def examples(sources: Iterable[Source]) -> dict[tuple[Key, int], Exemplar]:
    """The latest exemplar of each cell that has one, over all sources."""
    found: dict[tuple[Key, int], Exemplar] = {}
    for source in sources:
        for example in source.directory.examples:
            exemplar = read_exemplar(source.buffer, example)
            place = (example.key, example.which)
            if exemplar is not None and (place not in found or found[place].when < exemplar.when):
                found[place] = exemplar
    return found


def read_exemplar(buffer: Any, example: Example) -> Exemplar | None:
    """What is in an exemplar's area: None if it was being overwritten."""
    found = records.unpack_exemplar(bytes(buffer[example.start : example.start + records.EXEMPLAR_BYTES]))
    return Exemplar(*found) if found else None
