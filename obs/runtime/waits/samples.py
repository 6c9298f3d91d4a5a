"""The samples: counted by work and by what it waited for, and handed to who wants their stacks.

The tracer decides when to sample: once for each period of a Work's waiting, 10 ms on average, so that a stretch that
has ``n`` of them in it is one sample of the weight of ``n`` periods, and most stretches that are shorter have none. A
stretch's expected weight is its length: the sum is unbiased, see the metric's help.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType

from obs.errors import fault
from obs.metrics import active
from obs.metrics.catalog import OBS_WAIT_SECONDS
from obs.runtime.waits.classifier import classify
from obs.work import Work

Listener = Callable[[Work, FrameType, str, int], None]
"""``listener(work, frame, on, weight_ns)``: runs in the tracer, so it takes what it needs of the frame and its callers,
keeps no frame, and never switches, locks or calls the service's code."""

_listeners: tuple[Listener, ...] = ()


def sample(work: Work, frame: FrameType, weight_ns: int) -> None:
    """``work`` waited ``weight_ns`` in the stack whose innermost frame is ``frame``. Never raises.

    0.35 µs beside :func:`classify`. A series' first sample takes the store's lock: a native one, never a greenlet's.
    """
    on = classify(frame)
    try:
        active.store().counter(OBS_WAIT_SECONDS, work.name, on).add(weight_ns / 1e9)
    except Exception:
        fault("runtime.waits")
    for listener in _listeners:
        try:
            listener(work, frame, on, weight_ns)
        except Exception:
            fault("runtime.waits.listener")


def listen(listener: Listener) -> Callable[[], None]:
    """Have ``listener`` called with every sample from now on; returns what ends that. Nothing is done for nobody."""
    global _listeners
    _listeners = (*_listeners, listener)

    def undo() -> None:
        global _listeners
        _listeners = tuple(one for one in _listeners if one is not listener)

    return undo
