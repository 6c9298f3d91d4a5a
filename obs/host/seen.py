"""The works that a run has seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from obs.metrics import catalog
from obs.metrics.reader import Reader


def works(folder: Path) -> Iterator[tuple[str, str]]:
    """The kind and name of each, also of those whose processes are gone. Raises OSError if the run has ended."""
    with closing(Reader(folder)) as reader:
        for key in reader.snapshot().series:
            labels = dict(zip(key.metric.labels, key.labels, strict=True))
            if key.metric.name == catalog.OBS_WORK_INFO.name:
                yield labels["kind"], labels["work"]
            elif key.metric.name == catalog.HTTP_SERVER_REQUEST_DURATION.name:
                yield "request", f"{labels['http_request_method']} {labels['http_route']}"
            elif key.metric.name == catalog.MESSAGING_PROCESS_DURATION.name:
                yield "job", labels["job"]
