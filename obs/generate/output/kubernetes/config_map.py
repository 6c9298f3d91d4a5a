"""A board in a ConfigMap, which Grafana's sidecar finds by its label.

https://github.com/grafana/helm-charts/tree/main/charts/grafana#sidecar-for-dashboards
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from obs.generate.output.json_text import compact, indented
from obs.generate.output.kubernetes.metadata import MOST, fits, metadata
from obs.generate.setup import Setup


def config_map(file: str, board: Mapping[str, Any], setup: Setup, service: str) -> dict[str, Any]:
    """One board, so that one change is one object's; indented unless that is too large. Raises ObsError."""
    wanted = setup.kubernetes
    key = f"{'-'.join(filter(None, (service, file)))}.json"
    text = indented(board)
    if size(text) > MOST:
        text = compact(board)
    fits(size(text), f"board {file}")
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(
            wanted,
            "board",
            service,
            file,
            labels={wanted.dashboard_label: "1"},
            annotations={wanted.folder_annotation: setup.grafana.folder},
        ),
        "data": {key: text},
    }


def size(text: str) -> int:
    return len(text.encode())
