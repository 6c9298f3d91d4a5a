"""Every series that can be there, with its labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from obs.generate.lint.files.query import Query
from obs.generate.lint.options import Options
from obs.generate.lint.promql.labels import ANY, Labels, Series, labels
from obs.metrics.catalog import CATALOG
from obs.metrics.metric import Metric

COMMON = ("service", "env", "version")
"""On every series of obs."""

TARGET = ("job", "instance", "namespace", "pod", "container", "cluster")
"""What a scrape adds, by Prometheus and by the Prometheus operator."""

OWN = {
    "up": (),
    "scrape_duration_seconds": (),
    "scrape_samples_scraped": (),
    "scrape_samples_post_metric_relabeling": (),
    "scrape_series_added": (),
}
"""Prometheus's own for each target: https://prometheus.io/docs/concepts/jobs_instances/"""

ROUNDS = 10
"""How deep records may stand upon records; what is deeper can have any label."""


def known(rules: Iterable[Query], options: Options) -> Series:
    """By name. A record's labels follow from its expression."""
    series = {name: target_labels(options, *more) for name, more in OWN.items()}
    for metric in CATALOG:
        for name, more in parts(metric):
            series[name] = target_labels(options, *metric.labels, *more, *(("pid",) if metric.merge == "each" else ()))
    series |= {"ALERTS": ANY, "ALERTS_FOR_STATE": ANY}
    return with_records(series, [rule for rule in rules if "record" in rule.rule])


def target_labels(options: Options, *own: str) -> Labels:
    return Labels(frozenset({*own, *COMMON, *TARGET, *options.labels}))


def parts(metric: Metric) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The series' names of one metric, with the labels that only they have."""
    if metric.kind == "histogram":
        yield from ((f"{metric.name}_bucket", ("le",)), (f"{metric.name}_sum", ()), (f"{metric.name}_count", ()))
    elif metric.kind == "summary":
        yield from ((f"{metric.name}_sum", ()), (f"{metric.name}_count", ()))
    else:
        yield metric.name, ()


def with_records(series: dict[str, Labels], rules: list[Query]) -> Series:
    """``series`` and what the rules record, worked out until nothing changes."""
    found = {**series, **{str(rule.rule["record"]): ANY for rule in rules}}
    for _ in range(ROUNDS):
        before = dict(found)
        found.update(recorded(rules, found))
        if found == before:
            break
    return found


def recorded(rules: list[Query], series: Series) -> dict[str, Labels]:
    """Two rules that record one name: either's labels."""
    found: dict[str, Labels] = {}
    for rule in rules:
        own = labels(rule.tree, series) if rule.tree is not None else ANY
        own = own.plus(*(rule.rule.get("labels") or ()))
        name = str(rule.rule["record"])
        found[name] = found[name] | own if name in found else own
    return found
