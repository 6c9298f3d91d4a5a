"""How many series a selector touches."""

from __future__ import annotations

from collections.abc import Mapping

from obs.generate.lint.known.series import parts
from obs.generate.lint.promql.labels import Series
from obs.generate.lint.promql.parse import Node
from obs.generate.lint.promql.walk import name_of, operator
from obs.generate.plan.fleet import Fleet, Service
from obs.generate.plan.series import METHODS, STATES, sets
from obs.metrics.catalog import CATALOG, DURATION_BUCKETS

RAW = {name: (metric, name) for metric in CATALOG for name, _ in parts(metric)}
STATUSES = 3.0


def width(selector: Node, series: Series, fleet: Fleet, chosen: Mapping[str, bool]) -> float:
    """An estimate. ``chosen``: whether a variable of Grafana stands for one value when a board opens."""
    name = name_of(selector)
    narrowed = {m.name for m in selector.matchers.matchers if one_value(m, chosen)}
    if name in RAW:
        return sum(raw(name, service) * share(service, narrowed, scraped=True) for service in fleet.services)
    had = series.get(name)
    if had is None or not had.whole:
        return float(sum(service.deployments for service in fleet.services))  # ALERTS and what is not ours: a guess
    if name in ("up", "scrape_duration_seconds", "scrape_samples_scraped"):
        return sum(service.targets * share(service, narrowed, scraped=True) for service in fleet.services)
    return sum(product(had.names - narrowed, service) for service in fleet.services)


def one_value(matcher: Node, chosen: Mapping[str, bool]) -> bool:
    """Whether it lets one value through."""
    text = matcher.value
    variable = text.strip("${}").partition(":")[0]
    return chosen.get(variable, False) if text.startswith("$") else operator(matcher) == "="


def raw(name: str, service: Service) -> float:
    """Series of one name over all targets."""
    metric, _ = RAW[name]
    buckets = len(metric.buckets) + 1 if name.endswith("_bucket") else 1
    return sets(metric, service) * buckets * service.targets


def share(service: Service, narrowed: set[str], *, scraped: bool) -> float:
    """The part of them that the matchers leave."""
    part = 1.0
    if "service" in narrowed:
        part /= service.deployments
    if "instance" in narrowed and scraped:
        part /= service.targets / (service.deployments if "service" in narrowed else 1)
    if narrowed & {"work", "http_route", "job"}:
        part /= max(service.works, 1)
    return part / (STATES if "state" in narrowed else 1)


def product(names: frozenset[str], service: Service) -> float:
    """How many label sets a recorded series has: labels that follow from others don't count."""
    found = 1.0
    if "service" in names:
        found *= service.deployments
    if "instance" in names:
        found *= service.targets / service.deployments
    if names & {"work", "http_route", "job"}:
        found *= max(service.works, 1)
    if {"culprit", "victim"} <= names:
        found *= max(service.works * 3.0, 1)
    elif names & {"culprit", "victim"}:
        found *= max(service.works, 1)
    return found * small(names, service)


def small(names: frozenset[str], service: Service) -> float:
    """Labels of few values."""
    counts = {
        "le": len(DURATION_BUCKETS) + 1.0,
        "state": float(STATES),
        "on": max(service.waits, 1.0),
        "slo": max(service.slos, 1.0),
        "http_response_status_code": STATUSES,
        "outcome": service.outcomes,
        "messaging_destination_name": float(service.queues),
    }
    if not names & {"work", "http_route"}:
        counts["http_request_method"] = float(METHODS)
        if "service" in names:
            counts["feature"] = 5.0
    found = 1.0
    for name in names & set(counts):
        found *= counts[name]
    return found
