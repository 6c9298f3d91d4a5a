"""The values of obs.generate.toml, with what holds where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from obs.generate.rules.site import Site

Pairs = Mapping[str, str]
Changes = Mapping[str, Mapping[str, Any]]
"""By stable key, what to change: ``{"loop-saturated": {"for": "15m"}}``."""


@dataclass(frozen=True, slots=True)
class Prometheus:
    """[prometheus]"""

    url: str = "http://prometheus:9090"
    """Where Grafana asks."""
    targets: tuple[str, ...] = ()
    """``host:port`` of what to scrape; none: the files in targets/ beside prometheus.yml."""
    labels: Pairs = field(default_factory=dict)
    """Target labels of those targets: service, env and version, which ``up`` has then too."""
    scrape_interval: str = "15s"
    evaluation_interval: str = "30s"
    alertmanagers: tuple[str, ...] = ("alertmanager:9093",)


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """[alertmanager]"""

    webhook: str = ""
    """Gets what no team has a webhook for; without one that is sent nowhere."""
    teams: Pairs = field(default_factory=dict)
    """A webhook by team."""
    group_wait: str = "30s"
    group_interval: str = "5m"
    repeat_interval: str = "4h"
    """Of pages; tickets come again after a day."""


@dataclass(frozen=True, slots=True)
class Grafana:
    """[grafana], [tempo] and [pyroscope]"""

    folder: str = "obs"
    path: str = "/var/lib/grafana/dashboards/obs"
    """Where Grafana's container has the boards."""
    tempo: str = ""
    """The URL; without one exemplars and traces are not linked."""
    pyroscope: str = ""


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """[kubernetes]"""

    namespace: str = "monitoring"
    labels: Pairs = field(default_factory=dict)
    """On every object: what the operator's selectors ask for, such as release = "kube-prometheus-stack"."""
    dashboard_label: str = "grafana_dashboard"
    """What Grafana's sidecar looks for."""
    folder_annotation: str = "grafana_folder"
    pods: Pairs = field(default_factory=lambda: {"obs": "enabled"})
    """The labels of the pods to scrape."""
    port: str = "obs"
    """The name of the container's port that has /metrics."""
    env: str = ""
    """The value of the label env; empty: the pod's namespace."""


@dataclass(frozen=True, slots=True)
class Setup:
    """All of the file."""

    file: str = ""
    """As an error calls it."""
    site: Site = field(default_factory=Site)
    prometheus: Prometheus = field(default_factory=Prometheus)
    alertmanager: Alertmanager = field(default_factory=Alertmanager)
    grafana: Grafana = field(default_factory=Grafana)
    kubernetes: Kubernetes = field(default_factory=Kubernetes)
    hasten: float = 1.0
    """[rules]: how much longer every range, ``for`` and interval is; below 1 to see an alert in a minute."""
    alerts: Changes = field(default_factory=dict)
    groups: Changes = field(default_factory=dict)
    boards: Changes = field(default_factory=dict)
    panels: Changes = field(default_factory=dict)
    """By ``uid/panel``."""

    @property
    def rules(self) -> dict[str, Mapping[str, Any]]:
        """The changes of alerts and groups together: no key is of both."""
        return {**self.alerts, **self.groups}
