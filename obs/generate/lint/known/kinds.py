"""What kind of a metric a series is of."""

from __future__ import annotations

from obs.generate.lint.known.series import parts
from obs.metrics.catalog import CATALOG

_KINDS = {name: metric.kind for metric in CATALOG for name, _ in parts(metric)}


def kind(name: str) -> str:
    """``counter`` (a histogram's series are too), ``gauge``; empty for what is not in the catalog."""
    found = _KINDS.get(name, "")
    return "counter" if found in ("histogram", "summary") else found
