"""Grafana's provisioning: where the boards lie, and datasources that lead from one to the other.

https://grafana.com/docs/grafana/latest/administration/provisioning/
"""

from __future__ import annotations

from typing import Any

from obs.generate.output.file import File
from obs.generate.output.notice import yaml_file
from obs.generate.setup import Setup
from obs.metrics.catalog import HTTP_SERVER_REQUEST_DURATION

PROMETHEUS, TEMPO, PYROSCOPE = "obs-prometheus", "obs-tempo", "obs-pyroscope"
"""The datasources' uids."""

CPU_PROFILE = "process_cpu:cpu:nanoseconds:cpu:nanoseconds"
"""What Pyroscope makes of the cpu profiles that obs sends (docs/continuous-profiles.md)."""


def provider(setup: Setup) -> File:
    """What makes Grafana load the boards, and keep them as they are in the folder."""
    grafana = setup.grafana
    values = {
        "apiVersion": 1,
        "providers": [
            {
                "name": "obs",
                "folder": grafana.folder,
                "type": "file",
                "disableDeletion": False,
                "allowUiUpdates": False,
                "updateIntervalSeconds": 30,
                "options": {"path": grafana.path, "foldersFromFilesStructure": False},
            }
        ],
    }
    note = f"Put the files of grafana/dashboards/ where Grafana has {grafana.path}, or name another path in [grafana]."
    return File("grafana/provisioning/dashboards/obs.yaml", yaml_file(values, note))


def datasources(setup: Setup) -> File:
    """Prometheus; Tempo and Pyroscope if [tempo] and [pyroscope] name them."""
    found = [prometheus(setup)]
    if setup.grafana.tempo:
        found.append(tempo(setup))
    if setup.grafana.pyroscope:
        found.append(source("Pyroscope", "grafana-pyroscope-datasource", PYROSCOPE, setup.grafana.pyroscope, {}))
    note = "timeInterval is the scrape interval: without it $__rate_interval is too short, and panels stay empty."
    return File("grafana/provisioning/datasources/obs.yaml", yaml_file({"apiVersion": 1, "datasources": found}, note))


def prometheus(setup: Setup) -> dict[str, Any]:
    """With its exemplars' trace ids leading to Tempo."""
    data: dict[str, Any] = {
        "httpMethod": "POST",
        "prometheusType": "Prometheus",
        "timeInterval": setup.prometheus.scrape_interval,
    }
    if setup.grafana.tempo:
        data["exemplarTraceIdDestinations"] = [{"name": "trace_id", "datasourceUid": TEMPO}]
    return source("Prometheus", "prometheus", PROMETHEUS, setup.prometheus.url, data) | {"isDefault": True}


def tempo(setup: Setup) -> dict[str, Any]:
    """With its spans leading back to the service's metrics, and to its profiles of that minute."""
    service = {"key": "service.name", "value": "service"}
    request_rate = f"sum(rate({HTTP_SERVER_REQUEST_DURATION.name}_count{{$$__tags}}[5m]))"
    data: dict[str, Any] = {
        "tracesToMetrics": {
            "datasourceUid": PROMETHEUS,
            "tags": [service],
            "queries": [{"name": "Requests a second", "query": request_rate}],
        }
    }
    if setup.grafana.pyroscope:
        data["tracesToProfiles"] = {
            "datasourceUid": PYROSCOPE,
            "tags": [{"key": "service.name", "value": "service_name"}],
            "profileTypeId": CPU_PROFILE,
            "customQuery": False,
        }
    return source("Tempo", "tempo", TEMPO, setup.grafana.tempo, data)


def source(name: str, kind: str, uid: str, url: str, data: dict[str, Any]) -> dict[str, Any]:
    values = {"name": name, "type": kind, "uid": uid, "access": "proxy", "url": url}
    return values | ({"jsonData": data} if data else {})
