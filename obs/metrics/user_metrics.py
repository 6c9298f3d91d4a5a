"""Makes the values of the service's own metrics: what stands where prometheus_client has its value class."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from threading import get_ident
from typing import Any

from obs.errors import fault
from obs.metrics.metric import Kind, Merge, Metric
from obs.metrics.shared_value import GaugeValue, RecentValue, SharedValue, Slot
from obs.metrics.store import Store

CAP = 10_000
"""Label sets of one metric in one process; what is beyond of a counter or histogram is counted as ``__overflow__``."""

_MERGES: dict[str, Merge] = {"all": "each", "max": "max", "min": "min", "sum": "sum", "mostrecent": "recent"}


class UserMetrics:
    """A value class of prometheus_client, as far as it cares: call it to make a value."""

    def __init__(self, store: Store, otherwise: Callable[..., Any]) -> None:
        """``otherwise`` makes the values that can't be made here."""
        self._store = store
        self._otherwise = otherwise
        self._metrics: dict[tuple[Any, ...], Metric] = {}
        self._slots: weakref.WeakSet[Slot] = weakref.WeakSet()
        self._free: dict[tuple[Metric, tuple[str, ...]], list[int]] = {}
        self._parts: dict[tuple[int, str], list[tuple[SharedValue, str]]] = {}

    def __call__(
        self,
        typ: Kind,
        metric_name: str,
        name: str,
        labelnames: Sequence[str],
        labelvalues: Sequence[str],
        help_text: str,
        multiprocess_mode: str = "",
        **more: Any,
    ) -> Any:
        """The value of one child, or one part of it. See prometheus_client's ``values.py``."""
        try:
            labels = tuple(labelvalues)
            if typ == "histogram":
                return self._histogram(metric_name, name, tuple(labelnames), labels, help_text)
            if typ == "summary":
                return self._summary(metric_name, name, tuple(labelnames), labels, help_text)
            metric = self._metric(typ, name, help_text, tuple(labelnames), mode=multiprocess_mode)
            value = SharedValue() if typ == "counter" else RecentValue() if metric.merge == "recent" else GaugeValue()
            self._bind([value], metric, labels)
            return value
        except Exception:
            fault("metrics.values")
            return self._otherwise(
                typ, metric_name, name, labelnames, labelvalues, help_text, multiprocess_mode=multiprocess_mode, **more
            )

    def before_child(self) -> None:
        """In a forked child: see ``Slot.before_child``."""
        for slot in list(self._slots):
            slot.before_child()

    # -- for slots --

    def place(self, metric: Metric, labels: tuple[str, ...]) -> tuple[int, memoryview[float]]:
        """Cells for a new child: a removed one's, new ones, or beyond the cap some of this process only."""
        free = self._free.get((metric, labels))
        if free:
            return free.pop(), self._store.cells
        first = self._store.new_series(metric, labels)
        if first is None:
            return 0, memoryview(bytearray(metric.cells * 8)).cast("d")
        return first, self._store.cells

    def release(self, slot: Slot) -> None:
        """A child is gone. Called by the garbage collector, at any point of any code: takes no lock."""
        if slot.first:
            slot.forget()
            self._free.setdefault((slot.metric, slot.labels), []).append(slot.first)

    def exemplar(self, first: int, which: int, value: float, labels: dict[str, str]) -> None:
        self._store.exemplar(first, which, value, labels)

    # -- the parts --

    def _histogram(
        self, metric_name: str, name: str, labelnames: tuple[str, ...], labels: tuple[str, ...], text: str
    ) -> SharedValue:
        """The sum comes first, then each bucket, by a label ``le``, to ``+Inf``: then the series is complete."""
        if not name.endswith("_bucket"):
            return self._begin(metric_name)
        value = self._go_on(metric_name, labels[-1])
        if labels[-1] == "+Inf":
            parts = self._parts.pop((get_ident(), metric_name))
            bounds = tuple(float(bound) for _, bound in parts[1:-1])
            metric = self._metric("histogram", metric_name, text, labelnames[:-1], bounds)
            self._bind([part for part, _ in [*parts[1:], parts[0]]], metric, labels[:-1])
        return value

    def _summary(
        self, metric_name: str, name: str, labelnames: tuple[str, ...], labels: tuple[str, ...], text: str
    ) -> SharedValue:
        """The count comes first, then the sum."""
        if name.endswith("_count"):
            return self._begin(metric_name)
        value = self._go_on(metric_name, "")
        parts = self._parts.pop((get_ident(), metric_name))
        self._bind([part for part, _ in parts], self._metric("summary", metric_name, text, labelnames), labels)
        return value

    def _begin(self, name: str) -> SharedValue:
        # By thread: a child is constructed in one go, but two threads may each construct one.
        self._parts[get_ident(), name] = []
        return self._go_on(name, "")

    def _go_on(self, name: str, bound: str) -> SharedValue:
        value = SharedValue()
        self._parts[get_ident(), name].append((value, bound))
        return value

    def _metric(
        self,
        kind: Kind,
        name: str,
        text: str,
        labels: tuple[str, ...],
        buckets: tuple[float, ...] = (),
        mode: str = "",
    ) -> Metric:
        """One Metric for each definition, however many children it has. ``mode`` is a gauge's multiprocess_mode."""
        same = (kind, name, text, labels, buckets, mode)
        if same not in self._metrics:
            merge = _MERGES[mode.removeprefix("live") or "all"] if kind == "gauge" else "sum"
            outlives = kind == "gauge" and mode in ("max", "min", "sum", "mostrecent")
            self._metrics[same] = Metric(name, kind, text, labels, buckets, merge, outlives, CAP)
        return self._metrics[same]

    def _bind(self, parts: Sequence[SharedValue], metric: Metric, labels: tuple[str, ...]) -> None:
        slot = Slot(self, metric, labels)
        self._slots.add(slot)
        for which, part in enumerate(parts):
            part.bind(slot, which)
        if not slot.first and metric.kind != "gauge":
            shared = self._store.counter(metric, *labels)  # beyond the cap any labels give the series of the rest
            for which, part in enumerate(parts):
                part.share(shared.cells, shared.index + which)
