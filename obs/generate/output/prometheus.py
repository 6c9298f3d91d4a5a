"""prometheus.yml."""

from __future__ import annotations

from typing import Any

from obs.generate.output.file import File
from obs.generate.output.notice import yaml_file
from obs.generate.setup import Prometheus, Setup

JOB = "obs"
"""The rules ask for ``up`` of this job, or of one that ends in /obs, which a PodMonitor of that name makes."""

NOTES = (
    "honor_labels: the series say themselves of which service, env and version they are.",
    "Target labels of the same names give them to `up` too.",
    "Exemplars need --enable-feature=exemplar-storage.",
)


def prometheus_yml(setup: Setup, service: str = "") -> File:
    """The configuration: scrapes, rules, and where alerts go. ``service`` is what a lone service is called."""
    wanted = setup.prometheus
    values = {
        "global": {"scrape_interval": wanted.scrape_interval, "evaluation_interval": wanted.evaluation_interval},
        "rule_files": ["rules/*.rules.yaml"],
        **({"alerting": alerting(wanted)} if wanted.alertmanagers else {}),
        "storage": {"exemplars": {"max_exemplars": 100_000}},
        "scrape_configs": [scrape(wanted, service)],
    }
    return File("prometheus/prometheus.yml", yaml_file(values, *NOTES))


def alerting(wanted: Prometheus) -> dict[str, Any]:
    return {"alertmanagers": [{"static_configs": [{"targets": list(wanted.alertmanagers)}]}]}


def scrape(wanted: Prometheus, service: str) -> dict[str, Any]:
    job: dict[str, Any] = {"job_name": JOB, "honor_labels": True, "metrics_path": "/metrics"}
    if not wanted.targets:
        return job | {"file_sd_configs": [{"files": ["targets/*.json", "targets/*.yaml"], "refresh_interval": "1m"}]}
    labels = {**({"service": service} if service else {}), **wanted.labels}
    static = {"targets": list(wanted.targets), **({"labels": labels} if labels else {})}
    return job | {"static_configs": [static]}
