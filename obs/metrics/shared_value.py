"""What prometheus_client asks of a value, on cells of the shared store.

``inc`` is the hot path: no lock, for ``cells[i] += v`` loses nothing (see handles.py). It takes 0.6 times as long as
the value with a lock that it replaces (117 and 201 ns, 3.11).
"""

from __future__ import annotations

from typing import Any, Protocol

from obs.metrics.metric import Metric

_NAN = float("nan")


class Owner(Protocol):
    """What a slot needs of who made it."""

    def place(self, metric: Metric, labels: tuple[str, ...]) -> tuple[int, memoryview[float]]: ...
    def release(self, slot: Slot) -> None: ...
    def exemplar(self, first: int, which: int, value: float, labels: dict[str, str]) -> None: ...


class Slot:
    """The cells of one child of a metric: one for a counter or gauge, many for a histogram.

    When the last value that uses it is gone, because its labels were removed, the next child of these labels takes it
    over: a service that clears and sets the same labels again and again does not fill the memory.
    """

    __slots__ = ("__weakref__", "bases", "cells", "first", "labels", "metric", "owner")

    def __init__(self, owner: Owner, metric: Metric, labels: tuple[str, ...]) -> None:
        self.owner = owner
        self.metric = metric
        self.labels = labels
        self.first, self.cells = owner.place(metric, labels)
        self.bases = [0.0] * metric.cells if metric.kind == "gauge" else self.row()
        """What to subtract for this process's own value: a predecessor's, or (negative) what was before a fork."""
        if metric.kind == "gauge":
            self.cells[self.first] = 0.0

    def row(self) -> list[float]:
        return list(self.cells[self.first : self.first + self.metric.cells])

    def before_child(self) -> None:
        """In a child, before what is added up over processes begins at zero: keep this process's view of it."""
        if not self.metric.carried:
            self.bases = [base - cell for base, cell in zip(self.bases, self.row(), strict=True)]

    def forget(self) -> None:
        """Take a gauge out of sight; what a counter has counted stays."""
        if self.metric.kind == "gauge":
            self.cells[self.first] = _NAN

    def __del__(self) -> None:
        self.owner.release(self)


class Nowhere:
    """A cell that nobody reads but its value."""

    first = 0

    def __init__(self) -> None:
        self.cells = memoryview(bytearray(8)).cast("d")
        self.bases = [0.0]
        self.owner = self

    def exemplar(self, *_: Any) -> None:
        """There is nowhere to write it."""


class SharedValue:
    """A counter, or a part of a histogram or summary."""

    __slots__ = ("_all", "_all_index", "_cells", "_exemplar", "_index", "_slot", "_which")

    def __init__(self) -> None:
        self._exemplar: Any = None

    def __getattr__(self, name: str) -> Any:
        """A part of a metric that was never completed counts for itself: only then are its slots empty."""
        if name not in ("_cells", "_index", "_slot", "_which"):
            raise AttributeError(name)
        self.bind(Nowhere(), 0)
        return getattr(self, name)

    def bind(self, slot: Slot | Nowhere, which: int) -> None:
        """Use cell ``which`` of the slot."""
        self._slot = slot
        self._which = which
        self._cells = slot.cells
        self._index = slot.first + which

    def share(self, cells: memoryview[float], index: int) -> None:
        """Be one of those beyond the cap: add to this cell too."""
        self._all = cells
        self._all_index = index
        self.__class__ = OverflowValue  # when a histogram's parts are made it isn't known yet whether there is room

    def inc(self, amount: float) -> None:
        self._cells[self._index] += amount

    def set(self, value: float, timestamp: float | None = None) -> None:  # noqa: ARG002  prometheus_client's signature
        """``Counter.reset()`` comes here. What readers have seen of a counter doesn't go back: only our view does."""
        more = value - self.get()
        if more > 0:
            self._cells[self._index] += more
        else:
            self._slot.bases[self._which] -= more

    def get(self) -> float:
        """This process's value."""
        return self._cells[self._index] - self._slot.bases[self._which]

    def set_exemplar(self, exemplar: Any) -> None:
        self._exemplar = exemplar
        self._slot.owner.exemplar(self._slot.first, self._which, exemplar.value, dict(exemplar.labels))

    def get_exemplar(self) -> Any:
        return self._exemplar


class GaugeValue(SharedValue):
    """A value that can be set."""

    __slots__ = ()

    def set(self, value: float, timestamp: float | None = None) -> None:  # noqa: ARG002
        self._cells[self._index] = value
        self._slot.bases[self._which] = 0.0


class RecentValue(GaugeValue):
    """A value that counts over processes if it was set last."""

    __slots__ = ()

    def set(self, value: float, timestamp: float | None = None) -> None:
        super().set(value)
        self._cells[self._index + 1] = timestamp or 0.0


class OverflowValue(SharedValue):
    """A value beyond its metric's cap: this process has its own, and readers the sum of all such."""

    __slots__ = ()

    def inc(self, amount: float) -> None:
        self._cells[self._index] += amount
        self._all[self._all_index] += amount
