"""How many bytes one scrape of one target is, before compression."""

from __future__ import annotations

from obs.generate.plan.fleet import Service
from obs.generate.plan.series import by_metric, lines
from obs.metrics.metric import Metric

COMMON = len('service="",env="",version="",') - 1
"""Of each line: the labels that every series has, without what is in them and the last comma."""

BOUND = len(',le="0.005"')
NUMBER = {"histogram": len(" 1234.0\n"), "counter": len(" 12.345678901234567\n"), "gauge": len(" 1.0\n")}
"""Counts are whole numbers, counters of seconds have all the digits of a double."""

SUFFIX = {"histogram": len("_bucket"), "counter": 0, "gauge": 0}

NAMES = ("http_route", "work", "job", "culprit", "victim")
"""Labels whose values are names of works."""

SHORT = 5
"""Characters of any other value: a method, a status, a state."""


def size(service: Service) -> float:
    """Bytes of a scrape of one target."""
    return sum(count * line(metric, service) + header(metric) for metric, count in by_metric(service).items() if count)


def line(metric: Metric, service: Service) -> float:
    """Bytes of one line of the metric, on average."""
    labels = sum(len(f',{label}=""') + length(label, service) for label in metric.labels)
    bound = BOUND * (lines(metric) - 2) / lines(metric) if metric.kind == "histogram" else 0
    return (
        len(metric.name)
        + SUFFIX[metric.kind]
        + len("{}")
        + COMMON
        + service.label_length
        + labels
        + bound
        + NUMBER[metric.kind]
    )


def length(label: str, service: Service) -> int:
    """Characters of a label's value."""
    return service.name_length if label in NAMES else SHORT


def header(metric: Metric) -> int:
    """Bytes of # HELP and # TYPE."""
    return len(f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} {metric.kind}\n".encode())
