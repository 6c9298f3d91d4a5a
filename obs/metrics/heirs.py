"""What becomes of a gauge's value when the process that recorded it dies: it is added to counters.

The same labels, and one cell each: whoever reads or folds a dead process's file counts its cell in these instead. So
work in progress in a worker that is killed becomes work that failed, exactly once, and nothing has to run for it in
the worker. A process that has left its file and lives on leaves nothing behind: it still ends its work.
"""

from __future__ import annotations

from obs.metrics.catalog import OBS_JOBS_LOST, OBS_JOBS_UNWATCHED, OBS_SLI, OBS_SLI_ACTIVE, OBS_SLI_ERRORS
from obs.metrics.metric import Metric

HEIRS: dict[str, tuple[Metric, ...]] = {
    OBS_SLI_ACTIVE.name: (OBS_SLI, OBS_SLI_ERRORS),
    OBS_JOBS_UNWATCHED.name: (OBS_JOBS_LOST,),
}


def heirs(metric: Metric) -> tuple[Metric, ...]:
    """The counters that inherit from ``metric``; none for most."""
    found = HEIRS.get(metric.name, ())
    return found if all(heir.labels == metric.labels for heir in found) else ()
