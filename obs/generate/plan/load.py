"""What one service's telemetry comes to."""

from __future__ import annotations

from dataclasses import dataclass

from obs.generate.plan import constants as cost
from obs.generate.plan.exposition import size
from obs.generate.plan.fleet import Fleet, Service
from obs.generate.plan.series import COUNTS, by_metric, sets

KEPT_CAP = 5.0
"""Outliers a second and process that obs keeps at most: obs/tracing/outliers.py."""


@dataclass(frozen=True, slots=True)
class Load:
    """Of one service. Rates are a second over all its targets; sizes are bytes, times seconds."""

    name: str
    targets: int
    target_series: float
    scrape_bytes: float
    """Of one target's scrape, before compression."""
    series: float
    samples: float
    bandwidth: float
    """Of its scrapes, compressed."""
    target_cpu: float
    """Cores of obs's host process, beside each target."""
    added_cpu: float
    """Cores that obs adds in the service's own processes, all of them together."""
    spans: float
    span_bandwidth: float
    profile_bandwidth: float


def load(service: Service, fleet: Fleet) -> Load:
    """Of ``service``, scraped as ``fleet`` says."""
    series, scraped = sum(by_metric(service).values()), size(service)
    every = service.targets / fleet.scrape_interval
    spans = traced(service)
    return Load(
        name=service.name,
        targets=service.targets,
        target_series=series,
        scrape_bytes=scraped,
        series=series * service.targets,
        samples=series * every,
        bandwidth=scraped * every * cost.GZIP.value,
        target_cpu=host(service, series, spans, fleet),
        added_cpu=service.requests * cost.REQUEST.value + service.deliveries * cost.DELIVERY.value,
        spans=spans,
        span_bandwidth=spans * cost.SPAN_BYTES.value,
        profile_bandwidth=service.targets * cost.PROFILE_BYTES.value / 60 if service.profiled else 0.0,
    )


def traced(service: Service) -> float:
    """Spans a second: of what is sampled, and one for each outlier that is kept."""
    works = service.requests + service.deliveries
    kept = min(works * (1 - service.sampling) * service.kept, KEPT_CAP * service.processes * service.targets)
    return works * service.sampling * service.spans + kept


def host(service: Service, series: float, spans: float, fleet: Fleet) -> float:
    """Cores of one target's host process: it reads and merges, answers scrapes, sends spans, keeps watch."""
    merged = sum(sets(metric, service) for metric in COUNTS) * service.processes
    scrape = series * cost.SCRAPED_LINE.value + merged * cost.MERGED_SERIES.value
    watch = service.processes * (cost.HOST_PROCESS.value + cost.PROFILE_CPU.value * service.profiled)
    live = merged * cost.WATCHED_SERIES.value
    return scrape / fleet.scrape_interval + spans / service.targets * cost.SPAN.value + watch + live
