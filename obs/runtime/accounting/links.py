"""What the tracer calls of the other parts of obs.runtime. Bound when accounting is turned on: it may not import."""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from obs.work import Work

if TYPE_CHECKING:
    from obs.runtime.accounting.clock import Clock


class Links:
    """Each does nothing until it is bound."""

    ready_ns: Callable[[Clock, Any, FrameType | None, int, int], tuple[int, bool]]
    count_estimated: Callable[[int], object]
    charge: Callable[[Clock, Work, int, int, int], object]
    sample: Callable[[Work, FrameType, int], object]
    ended: Callable[[Clock, Work | str, int, int, int], object]
    threshold_ns: Callable[[], int]

    def __init__(self) -> None:
        self.unbind()

    def unbind(self) -> None:
        self.ready_ns = lambda _clock, _greenlet, _frame, parked_ns, now: ((parked_ns + now) // 2, True)
        nothing: Callable[..., Any] = lambda *_args: None  # noqa: E731  one for all of them
        self.count_estimated = self.charge = self.sample = self.ended = nothing
        self.threshold_ns = lambda: 0

    def bind(self) -> None:
        """Imports gevent, by way of ``ready``."""
        from obs.runtime import blocks, interference, ready, waits

        self.ready_ns, self.count_estimated = ready.ready_ns, ready.count_estimated
        self.charge, self.sample = interference.charge, waits.sample
        self.ended, self.threshold_ns = blocks.ended, blocks.threshold_ns


links = Links()
