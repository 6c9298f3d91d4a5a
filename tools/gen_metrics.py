"""``python -m tools.gen_metrics``: docs/metrics.md from the catalog in obs/metrics/catalog.py."""

from __future__ import annotations

from pathlib import Path

from obs.metrics.catalog import CATALOG, Metric
from tools.gen_settings import table

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"

INTRODUCTION = """\
# Metrics

Made by `python -m tools.gen_metrics` from `obs/metrics/catalog.py`; don't edit it.

Every series also bears `service`, `env` and `version`. Times are seconds. The values of a service's processes are
merged: counters and histograms are added, the dead processes' included; a gauge says how below. Each metric has a cap
on the label sets that one process may make; what comes beyond is counted in one series whose labels are `__overflow__`.

Metrics that the service makes itself with prometheus_client stand beside these, merged over processes too; a gauge by
its `multiprocess_mode`. Custom collectors, `Gauge.set_function`, `Info` and `Enum` can't be seen from outside.
"""


def page() -> str:
    """The whole page."""
    head = ("metric", "kind", "labels", "cap", "what it is, and what to do")
    return "\n".join([INTRODUCTION, *table(head, map(row, CATALOG)), *buckets()])


def row(metric: Metric) -> tuple[str, ...]:
    kind = f"gauge, {metric.merge}" if metric.kind == "gauge" else metric.kind
    return f"`{metric.name}`", kind, ", ".join(f"`{name}`" for name in metric.labels), str(metric.cap), metric.help


def buckets() -> list[str]:
    """A list of the histograms' bounds."""
    bounds = [(metric.name, " ".join(f"{bound:g}" for bound in metric.buckets)) for metric in CATALOG if metric.buckets]
    return ["## Buckets", "", *(f"- `{name}`: {text}" for name, text in bounds), ""]


if __name__ == "__main__":
    PAGE.write_text(page())
