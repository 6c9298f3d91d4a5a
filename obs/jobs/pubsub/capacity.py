"""How many callbacks may run at once in this process: the threads of each open subscription, as far as flow control
lets it fill them.
"""

from __future__ import annotations

from typing import Any

from obs.errors import fault
from obs.jobs.pubsub.messages import SYSTEM
from obs.jobs.slots import slots

_open: dict[int, int] = {}


def opened(manager: Any) -> None:
    """A StreamingPullManager has been opened; its capacity is counted until it is closed. Never raises."""
    try:
        _open[id(manager)] = _of(manager)
        manager.add_close_callback(_closed)
        slots(SYSTEM, sum(_open.values()))
    except Exception:
        fault("jobs: the capacity of a Pub/Sub subscription")


def _closed(manager: Any, _reason: Any) -> None:
    try:
        _open.pop(id(manager), None)
        slots(SYSTEM, sum(_open.values()))
    except Exception:
        fault("jobs: the capacity of a Pub/Sub subscription")


def _of(manager: Any) -> int:
    """A scheduler of the service's own may have no executor."""
    most = int(manager.flow_control.max_messages)
    executor = getattr(manager._scheduler, "_executor", None)  # noqa: SLF001  neither has a public name
    return min(most, getattr(executor, "_max_workers", most))
