"""What makes the Prometheus operator scrape the services' pods.

https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor
"""

from __future__ import annotations

from typing import Any

from obs.generate.output.kubernetes.metadata import metadata
from obs.generate.output.prometheus import JOB
from obs.generate.setup import Setup

POD_LABEL = "__meta_kubernetes_pod_label_app_kubernetes_io_"
"""The labels that Kubernetes recommends: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/"""


def pod_monitor(setup: Setup, service: str) -> dict[str, Any]:
    """Every pod with the labels of [kubernetes.pods]; of one service only its own.

    The operator would call the scrape job NAMESPACE/NAME; the relabelings call it ``obs``, which the rules ask for.
    """
    wanted = setup.kubernetes
    chosen = {**wanted.pods, **({"app.kubernetes.io/name": service} if service else {})}
    endpoint = {
        "port": wanted.port,
        "path": "/metrics",
        "interval": setup.prometheus.scrape_interval,
        "honorLabels": True,
        "relabelings": relabelings(wanted.env),
    }
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PodMonitor",
        "metadata": metadata(wanted, *(("pods", service) if service else (JOB,))),
        "spec": {
            "selector": {"matchLabels": chosen},
            "namespaceSelector": {"any": True},
            "podMetricsEndpoints": [endpoint],
        },
    }


def relabelings(env: str) -> list[dict[str, Any]]:
    """The target labels: what the pod is called becomes what the series are of."""
    return [
        {"sourceLabels": [POD_LABEL + "name"], "targetLabel": "service"},
        {"sourceLabels": [POD_LABEL + "version"], "targetLabel": "version"},
        {"replacement": env, "targetLabel": "env"}
        if env
        else {"sourceLabels": ["__meta_kubernetes_namespace"], "targetLabel": "env"},
        {"replacement": JOB, "targetLabel": "job"},
    ]
