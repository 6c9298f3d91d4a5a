"""Where the work of a promise is counted: as it begins, and as good, bad or neither when it ends.

Who opens work looks its SLIs up once for each name and keeps them, so that a work only adds to cells: see
:func:`of_work`. Most work has none, and pays for one look at an empty tuple.
"""

from __future__ import annotations

from math import inf
from typing import Literal, NamedTuple

from obs.config import Config, Slo
from obs.metrics.catalog import OBS_SLI, OBS_SLI_ACTIVE, OBS_SLI_ERRORS, OBS_SLO_OBJECTIVE
from obs.metrics.store import Store


class Sli(NamedTuple):
    """One promise in this process: the places of its cells. Hot paths unpack it."""

    cells: memoryview[float]
    active: int
    total: int
    errors: int
    limit: float
    """Seconds within which good work ends, or begins; infinity if only failures count."""


Slis = tuple[Sli, ...]

Move = tuple["memoryview[float]", int, float]
"""``(cells, index, step)`` to add."""


def declare(store: Store, config: Config) -> None:
    """Make every series that the description promises, at zero, before the first work."""
    for slo in config.slos:
        store.gauge(OBS_SLO_OBJECTIVE, slo.name, slo.feature, slo.team).set(round(slo.objective / 100, 12))
        bound(store, slo)


def of_work(store: Store, config: Config, kind: Literal["request", "job"], name: str) -> Slis:
    """Those that work of this name counts for by how it ends."""
    return tuple(bound(store, slo) for slo in config.promises(kind, name) if slo.queue_wait is None)


def of_wait(store: Store, config: Config, name: str) -> Slis:
    """Those that a job of this name counts for by how long it stood in its queue."""
    return tuple(bound(store, slo) for slo in config.promises("job", name) if slo.queue_wait is not None)


def bound(store: Store, slo: Slo) -> Sli:
    """The promise's cells in this process; where there is no room for them, cells that nobody reads."""
    labels = (slo.name, slo.feature)
    active = store.gauge(OBS_SLI_ACTIVE, *labels)
    total, errors = store.counter(OBS_SLI, *labels), store.counter(OBS_SLI_ERRORS, *labels)
    limit = slo.latency or slo.queue_wait or inf
    if active.cells is total.cells is errors.cells:
        return Sli(total.cells, active.index, total.index, errors.index, limit)
    return Sli(memoryview(bytearray(24)).cast("d"), 0, 1, 2, limit)


def begin(slis: Slis) -> None:
    """Work begins. :func:`end`, :func:`drop` or the death of the process follows."""
    for cells, active, _, _, _ in slis:
        cells[active] += 1.0


def end(slis: Slis, seconds: float, *, failed: bool) -> None:
    """Work has ended after so long: bad if it failed or was late, else good."""
    for cells, active, total, errors, limit in slis:
        cells[active] -= 1.0
        cells[total] += 1.0
        if failed or seconds > limit:
            cells[errors] += 1.0


def drop(slis: Slis) -> None:
    """Work that began counts for nothing."""
    for cells, active, _, _, _ in slis:
        cells[active] -= 1.0


def lasted(slis: Slis, *, failed: bool) -> None:
    """Work without a latency that was dropped has ended: it counts for promises that have none."""
    for cells, _, total, errors, limit in slis:
        if limit == inf:
            cells[total] += 1.0
            if failed:
                cells[errors] += 1.0


def waited(slis: Slis, seconds: float) -> None:
    """Work has begun after so long in a queue."""
    for cells, _, total, errors, limit in slis:
        cells[total] += 1.0
        if seconds > limit:
            cells[errors] += 1.0


def moves(before: Slis, after: Slis) -> tuple[Move, ...]:
    """What to add if work that has begun for some turns out to count for others."""
    gone = [(sli.cells, sli.active, -1.0) for sli in before if sli not in after]
    come = [(sli.cells, sli.active, 1.0) for sli in after if sli not in before]
    return tuple(gone + come)
