"""Which labels a series has: a metric says so itself, of a record its name does."""

from __future__ import annotations

from typing import Protocol

from obs.generate.rules.record import Record
from obs.metrics.metric import Metric

ALWAYS = ("env", "service", "version", "instance")
"""On every raw series: the first three from obs, the last from the scrape."""

SERVICE = ("env", "service")
QUEUE = ("env", "messaging_system", "messaging_destination_name")

LEVELS: dict[str, tuple[str, ...]] = {
    "service": SERVICE,
    "instance": (*SERVICE, "instance"),
    "service_version": (*SERVICE, "version"),
    "work": (*SERVICE, "work"),
    "work_version": (*SERVICE, "version", "work"),
    "culprit": (*SERVICE, "culprit"),
    "culprit_victim": (*SERVICE, "culprit", "victim"),
    "queue": QUEUE,
    "queue_work": (*QUEUE, "service", "work"),
    "team": ("env", "team"),
    "feature": ("env", "team", "feature"),
    "service_slo": (*SERVICE, "slo"),
    "service_slo_owner": (*SERVICE, "slo", "feature", "team"),
    "work_owner": (*SERVICE, "kind", "work", "feature", "team"),
    "service_owner": (*SERVICE, "team"),
    "queue_owner": (*QUEUE, "service", "team"),
}
"""By the first part of a record's name (https://prometheus.io/docs/practices/rules/)."""

MORE: dict[str, tuple[str, ...]] = {
    "obs_work_seconds": ("kind", "state"),
    "http_server_request_duration_seconds_bucket": ("le",),
    "obs_work": ("kind", "feature", "team"),
    "obs_owner": ("service", "team"),
    "obs_team": ("team",),
    "obs_version_current": ("version",),
    "obs_version_previous": ("version",),
    "obs_slo_owner": ("feature", "team"),
    "obs_listen_queue": ("port",),
}
"""By the second part, what a record of it has beside those of its level."""


class Series(Protocol):
    """A :class:`Metric` or a :class:`Record`."""

    @property
    def name(self) -> str: ...


def labels_of(series: Series) -> tuple[str, ...]:
    match series:
        case Metric():
            return (*ALWAYS, *series.labels, *(("le",) if series.kind == "histogram" else ()))
        case Record():
            level, metric, _ = series.name.split(":")
            return (*LEVELS[level], *MORE.get(metric, ()))
        case _:
            raise TypeError(f"{series!r} is no metric of the catalog and no record of the rules")
