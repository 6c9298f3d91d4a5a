"""Rules for the Prometheus operator.

https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from obs.generate.output.kubernetes.metadata import MOST, fits, metadata
from obs.generate.rules.write import yaml_text
from obs.generate.setup import Kubernetes


def prometheus_rules(
    file: str, document: Mapping[str, Any], wanted: Kubernetes, service: str, most: int = MOST
) -> list[dict[str, Any]]:
    """The groups of one file, in as many objects as their size asks for. Raises ObsError for a group too large."""
    parts = list(packed(document["groups"], most))
    return [
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": metadata(wanted, "rules", service, file, str(number) if number > 1 else ""),
            "spec": {"groups": groups},
        }
        for number, groups in enumerate(parts, 1)
    ]


def packed(groups: list[Mapping[str, Any]], most: int) -> Iterator[list[Mapping[str, Any]]]:
    """The groups in order, each part as full as it may be."""
    part: list[Mapping[str, Any]] = []
    room = most
    for group in groups:
        size = len(yaml_text(group).encode())
        if most == MOST:
            fits(size, f"group {group['name']}")
        if part and size > room:
            yield part
            part, room = [], most
        part.append(group)
        room -= size
    if part:
        yield part
