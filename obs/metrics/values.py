"""The service's own metrics, made with prometheus_client, on the shared store: merged over processes like ours.

:func:`install` puts a value class in place of prometheus_client's, and moves the metrics that its default registry has
by then. The service's own endpoint (``generate_latest(REGISTRY)``) answers as before, with this process's values.

Gauges merge by their ``multiprocess_mode``: the default, ``all``, is one series for each live process, with its
``pid``, and the dead are forgotten. What can't be seen from outside is left out: custom collectors,
``Gauge.set_function`` (0 is seen), ``Info`` and ``Enum``; metrics made before in another registry than the default. So
is a gauge that is NaN, or whose labels were removed. If the service has set up prometheus_client's own multiprocess
mode (``PROMETHEUS_MULTIPROC_DIR``), it is left alone, and exposed as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

from obs.metrics import active
from obs.metrics.records import MULTIPROC_DIR
from obs.metrics.store import Store
from obs.metrics.user_metrics import UserMetrics


class _Installed(NamedTuple):
    module: ModuleType
    previous: Any
    ours: UserMetrics
    store: Store


_installed: list[_Installed] = []


def install(prometheus_client: ModuleType, store: Store | None = None) -> Callable[[], None]:
    """Make values on ``store``, by default the process's own, from now on; once. Returns :func:`uninstall`."""
    store = store or active.store()
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR") or os.environ.get("prometheus_multiproc_dir")  # noqa: SIM112
    if folder:
        store.note(MULTIPROC_DIR, folder)
    elif not _installed:
        values = prometheus_client.values
        ours = UserMetrics(store, values.ValueClass)
        _installed.append(_Installed(prometheus_client, values.ValueClass, ours, store))
        store.before_child.append(ours.before_child)
        values.ValueClass = ours
        _move_all(prometheus_client)
    return uninstall


def uninstall() -> None:
    """Put the previous value class back, and the default registry's metrics, with this process's values, on it."""
    while _installed:
        module, previous, ours, store = _installed.pop()
        module.values.ValueClass = previous
        _move_all(module)
        store.before_child.remove(ours.before_child)


def _move_all(prometheus_client: ModuleType) -> None:
    metrics = prometheus_client.metrics
    movable = (metrics.Counter, metrics.Gauge, metrics.Summary, metrics.Histogram)
    for collector in list(prometheus_client.REGISTRY._collector_to_names):  # noqa: SLF001  there is no public way
        if isinstance(collector, movable):
            for child in _children(collector):
                _move(child)


def _children(metric: Any) -> Iterator[Any]:
    if metric._is_parent():  # noqa: SLF001
        yield from list(metric._metrics.values())  # noqa: SLF001
    else:
        yield metric


def _move(child: Any) -> None:
    """Have the metric make its values anew, and add to them what the old ones had: what is counted meanwhile stays."""
    before = _values(child)
    created = getattr(child, "_created", None)
    child._metric_init()  # noqa: SLF001
    if created is not None:
        child._created = created  # noqa: SLF001
    for old, new in zip(before, _values(child), strict=True):
        new.inc(old.get())
        exemplar = old.get_exemplar()
        if exemplar is not None:
            new.set_exemplar(exemplar)


def _values(child: Any) -> list[Any]:
    found = [getattr(child, name) for name in ("_value", "_count", "_sum") if hasattr(child, name)]
    return [*found, *getattr(child, "_buckets", ())]
