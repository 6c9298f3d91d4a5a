"""Encodes families quickly: prometheus_client spells each series' labels once, and the lines are put together here.

With ``service``, ``env`` and ``version`` on every line, prometheus_client takes 0.58 s for the text of 2,000 histograms
and 0.9 s in OpenMetrics, most of it for escaping the same labels again; this takes 0.05 s. What a format looks like
(headers, escaping, exemplars) is still prometheus_client's to say: it encodes one sample of each series, which is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from prometheus_client import Metric as PrometheusMetric
from prometheus_client.samples import Exemplar as PrometheusExemplar
from prometheus_client.samples import Sample

from obs.metrics.collector import Collector, bounds, converted, spell
from obs.metrics.directory import Key
from obs.metrics.families import Family, Series, cumulative, families, has_sum
from obs.metrics.snapshot import Exemplar

Encoder = Callable[..., bytes]
"""``generate_latest`` of prometheus_client, for one format and escaping scheme."""

_EOF = "# EOF\n"
_PLAIN_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


class Lines:
    """Encodes in one format. Keep it from scrape to scrape."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._labels: dict[Key, str] = {}
        self._eof = _EOF if self._encode([]).endswith(_EOF) else ""

    @property
    def shows_exemplars(self) -> bool:
        """Whether the format is OpenMetrics; Prometheus' older one has no exemplars."""
        return bool(self._eof)

    def encode(self, collector: Collector) -> bytes:
        """The whole exposition."""
        snapshot = collector.snapshot
        self._learn(snapshot.series)
        examples = self._examples(snapshot.examples) if self.shows_exemplars else {}
        parts: list[str] = []
        for family in families(snapshot):
            if _PLAIN_NAME.fullmatch(family.name):
                parts.append(self._header(family))
                parts += _LINES[family.kind](family, self._labels, examples)
            else:
                parts.append(self._without_eof([converted(family, snapshot.examples)]))
        parts += (self._without_eof([metric]) for metric in collector.foreign())
        return "".join([*parts, self._eof]).encode()

    def _header(self, family: Family) -> str:
        return self._without_eof([PrometheusMetric(family.name, family.help, family.kind, family.unit)])

    def _learn(self, series: Iterable[Key]) -> None:
        """Have the labels of each series encoded, once: ``a="1",b="2"``."""
        if len(self._labels) > 2 * len(list(series)):  # what was folded away or renamed
            self._labels.clear()
        unknown = [key for key in series if key not in self._labels]
        if unknown:
            metric = PrometheusMetric("x", "", "gauge")
            metric.samples = [Sample("x", dict(key.pairs), 0.0) for key in unknown]
            for key, line in zip(unknown, self._samples_of(metric), strict=True):
                self._labels[key] = line.removeprefix("x{").removesuffix("} 0.0")

    def _examples(self, examples: dict[tuple[Key, int], Exemplar]) -> dict[tuple[Key, int], str]:
        """Each exemplar as it stands behind a value: `` # {trace_id="…"} 0.3 1700000000.0``."""
        metric = PrometheusMetric("x", "", "histogram")
        for found in examples.values():
            exemplar = PrometheusExemplar(found.labels, found.value, found.when)
            metric.samples.append(Sample("x_bucket", {"le": "1"}, 0.0, None, exemplar))
        lines = self._samples_of(metric)
        return {place: line.partition(" 0.0")[2] for place, line in zip(examples, lines, strict=True)}

    def _samples_of(self, metric: PrometheusMetric) -> list[str]:
        return [line for line in self._without_eof([metric]).split("\n") if line and line[0] != "#"]

    def _without_eof(self, metrics: list[PrometheusMetric]) -> str:
        return self._encode(metrics).removesuffix(_EOF)

    def _encode(self, metrics: list[PrometheusMetric]) -> str:
        return self._encoder(_Fixed(metrics)).decode()


class _Fixed:
    """A registry of these families."""

    def __init__(self, metrics: list[PrometheusMetric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[PrometheusMetric]:
        return self._metrics


Labels = dict[Key, str]
Written = dict[tuple[Key, int], str]


def _number(value: float) -> str:
    """As prometheus_client writes it; most values are spared the call."""
    return repr(value) if -1e6 < value < 1e6 else spell(value)


def _one(name: str, labels: str, value: float, exemplar: str = "") -> str:
    return f"{name}{{{labels}}} {_number(value)}{exemplar}\n" if labels else f"{name} {_number(value)}{exemplar}\n"


def _counter(family: Family, labels: Labels, examples: Written) -> Iterator[str]:
    name = family.name + "_total"
    for key, cells in family.series:
        yield _one(name, labels[key], cells[0], examples.get((key, 0), ""))


def _gauge(family: Family, labels: Labels, _: Written) -> Iterator[str]:
    for key, cells in family.series:
        yield _one(family.name, labels[key], cells[0])


def _summary(family: Family, labels: Labels, _: Written) -> Iterator[str]:
    for key, cells in family.series:
        yield _one(family.name + "_count", labels[key], cells[0])
        yield _one(family.name + "_sum", labels[key], cells[1])


def _histogram(family: Family, labels: Labels, examples: Written) -> Iterator[str]:
    for series in family.series:
        key = series.key
        counts = cumulative(series)
        yield from _buckets(family.name, series, counts, labels[key], examples)
        yield _one(family.name + "_count", labels[key], counts[-1])
        if has_sum(series):
            yield _one(family.name + "_sum", labels[key], series.cells[-1])


def _buckets(name: str, series: Series, counts: list[float], labels: str, examples: Written) -> Iterator[str]:
    # Hot: 30,000 lines of 2,000 histograms, 0.5 µs each.
    start = f"{name}_bucket{{{labels},le=" if labels else f"{name}_bucket{{le="
    for which, (bound, count) in enumerate(zip(bounds(series.key.metric.buckets), counts, strict=True)):
        exemplar = examples.get((series.key, which), "") if examples else ""
        yield f'{start}"{bound}"}} {_number(count)}{exemplar}\n'


_LINES: dict[str, Callable[[Family, Labels, Written], Iterator[str]]] = {
    "counter": _counter,
    "gauge": _gauge,
    "summary": _summary,
    "histogram": _histogram,
}
