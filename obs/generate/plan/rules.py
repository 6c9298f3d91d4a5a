"""What obs's own rules cost a Prometheus that has the fleet: the series that each reads, each time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from obs.generate.plan import constants as cost
from obs.generate.plan.fleet import Service
from obs.generate.plan.series import COUNTS, lines, sets
from obs.generate.rules.duration import seconds
from obs.generate.rules.group import Group
from obs.metrics.metric import Metric

NAME = re.compile(r"[a-zA-Z_:][\w:]*")

VERSIONS = 2
"""Of a service, while it is deployed."""


@dataclass(frozen=True, slots=True)
class RuleCost:
    """Of all groups."""

    rules: int
    reads: float
    """Series read a second."""
    recorded: float
    """Series that they make."""
    cores: float


def rule_cost(groups: Iterable[Group], services: Iterable[Service]) -> RuleCost:
    """What the groups cost for these services."""
    known = list(groups)
    sizes = raw(services)
    sizes |= {record.name: recorded(record.name, services) for group in known for record in group.records}
    reads = sum(read(rule.expr, sizes) / seconds(group.interval) for group in known for rule in group.rules)
    made = sum(sizes[record.name] for group in known for record in group.records)
    rules = sum(len(group.rules) for group in known)
    return RuleCost(rules, reads, made, reads * cost.RULE_SERIES.value)


def raw(services: Iterable[Service]) -> dict[str, float]:
    """How many series there are of each name that is scraped."""
    found: dict[str, float] = {}
    for metric in COUNTS:
        count = sum(service.targets * sets(metric, service) for service in services)
        found |= {name: count * many for name, many in names(metric)}
    return found


def names(metric: Metric) -> Iterator[tuple[str, int]]:
    """The names that a metric's series have, and how many there are of each for a label set."""
    if metric.kind != "histogram":
        yield metric.name, 1
        return
    yield f"{metric.name}_bucket", lines(metric) - 2
    yield f"{metric.name}_sum", 1
    yield f"{metric.name}_count", 1


def recorded(name: str, services: Iterable[Service]) -> float:
    """How many series a record makes: its level, the words before the first colon, says what one is about."""
    level = name.partition(":")[0]
    buckets = 15 if "_bucket:" in name else 1
    return sum(of_level(level, service) * service.deployments for service in services) * buckets


def of_level(level: str, service: Service) -> float:
    words = level.split("_")
    count = float(service.works) if {"work", "culprit", "victim"} & set(words) else 1.0
    if "instance" in words:
        count = service.targets / service.deployments
    return count * (VERSIONS if "version" in words else 1)


def read(expr: str, sizes: dict[str, float]) -> float:
    """The series that an expression reads: every name in it that there are series of, each time it is there."""
    return sum(sizes.get(name, 0.0) for name in NAME.findall(expr))
