"""A run's metrics as prometheus_client's families, for its registries and encoders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from prometheus_client import Metric as PrometheusMetric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.samples import Exemplar as PrometheusExemplar
from prometheus_client.samples import Sample
from prometheus_client.utils import floatToGoString

from obs.errors import fault
from obs.metrics.directory import Key
from obs.metrics.families import Family, Series, cumulative, families, has_sum
from obs.metrics.records import MULTIPROC_DIR
from obs.metrics.snapshot import Exemplar, Snapshot

Examples = Mapping[tuple[Key, int], Exemplar]


class Collector:
    """What is to be exposed, as of one Snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def collect(self) -> Iterator[PrometheusMetric]:
        """Every family."""
        for family in families(self.snapshot):
            yield converted(family, self.snapshot.examples)
        yield from self.foreign()

    def foreign(self) -> Iterator[PrometheusMetric]:
        """What the service keeps in prometheus_client's own multiprocess mode, with our labels added."""
        identity = next(({**dict(key.identity)} for key in self.snapshot.series), {})
        for folder in sorted(self.snapshot.notes.get(MULTIPROC_DIR, ())):
            try:
                found = list(_foreign(folder))
            except Exception:  # a folder that is gone or a file that is broken: ours are exposed all the same
                fault("metrics.multiproc")
                continue
            for metric in found:
                metric.samples = [s._replace(labels={**identity, **s.labels}) for s in metric.samples]
                yield metric


def _foreign(folder: str) -> Iterable[PrometheusMetric]:
    untyped: Any = MultiProcessCollector
    found: Iterable[PrometheusMetric] = untyped(None, folder).collect()
    return found


def converted(family: Family, examples: Examples) -> PrometheusMetric:
    """One family with all its samples."""
    metric = PrometheusMetric(family.name, family.help, family.kind, family.unit)
    for series in family.series:
        metric.samples += _SAMPLES[family.kind](family.name, series, dict(series.key.pairs), examples)
    return metric


def _counter(name: str, series: Series, labels: dict[str, str], examples: Examples) -> Iterable[Sample]:
    yield Sample(name + "_total", labels, series.cells[0], None, _example(examples, series, 0))


def _gauge(name: str, series: Series, labels: dict[str, str], _: Examples) -> Iterable[Sample]:
    yield Sample(name, labels, series.cells[0])


def _summary(name: str, series: Series, labels: dict[str, str], _: Examples) -> Iterable[Sample]:
    yield Sample(name + "_count", labels, series.cells[0])
    yield Sample(name + "_sum", labels, series.cells[1])


def _histogram(name: str, series: Series, labels: dict[str, str], examples: Examples) -> Iterable[Sample]:
    counts = cumulative(series)
    for which, (bound, count) in enumerate(zip(bounds(series.key.metric.buckets), counts, strict=True)):
        yield Sample(name + "_bucket", {**labels, "le": bound}, count, None, _example(examples, series, which))
    yield Sample(name + "_count", labels, counts[-1])
    if has_sum(series):
        yield Sample(name + "_sum", labels, series.cells[-1])


_SAMPLES = {"counter": _counter, "gauge": _gauge, "summary": _summary, "histogram": _histogram}


spell: Callable[[float], str] = floatToGoString
"""A number as prometheus_client writes it."""


@cache
def bounds(buckets: tuple[float, ...]) -> list[str]:
    """The values of ``le`` of a histogram with these upper bounds."""
    return [*map(spell, buckets), "+Inf"]


def _example(examples: Examples, series: Series, which: int) -> PrometheusExemplar | None:
    found = examples.get((series.key, which))
    return found and PrometheusExemplar(found.labels, found.value, found.when)
