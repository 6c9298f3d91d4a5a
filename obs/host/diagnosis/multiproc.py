"""Does prometheus_client keep files of its own?"""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation


def multiproc(situation: Situation) -> Iterator[Finding]:
    """PROMETHEUS_MULTIPROC_DIR turns on prometheus_client's own way to merge processes."""
    for name in ("PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir"):
        if folder := situation.environ.get(name):
            yield Finding(
                "warning",
                "prometheus_client writes files of its own beside obs's: one more cost, and files that pile up",
                f"{name}={folder}",
                f"unset {name}: obs merges the service's own prometheus_client metrics over its processes",
            )
