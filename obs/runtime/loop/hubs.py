"""Notices hubs: gevent makes one in each thread that waits for something with gevent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from obs import patches
from obs.errors import fault
from obs.patches import Patch

Told = Callable[[Any], object]
"""Gets a hub, on that hub's own thread."""


def follow(began: Told, ends: Told) -> Callable[[], object]:
    """Tell of this thread's hub now, and of every hub from now on; of each right before it is destroyed.

    Hubs that other threads have already stay unknown: nothing leads to them from here. Imports gevent. Returns the
    undo, after which nothing is told; whatever they raise is contained.
    """
    from gevent._hub_local import get_hub_if_exists
    from gevent.hub import Hub

    applied = patches.apply([Patch(Hub, "__init__", partial(_making, began)), Patch(Hub, "destroy", _ending(ends))])
    hub = get_hub_if_exists()
    if hub is not None:
        _tell(began, hub)
    return partial(patches.undo, applied)


def _making(began: Told, original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807  it stands in for one
        original(self, *args, **kwargs)
        _tell(began, self)

    return __init__


def _ending(ends: Told) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def destroy(self: Any, *args: Any, **kwargs: Any) -> Any:
            _tell(ends, self)
            return original(self, *args, **kwargs)

        return destroy

    return make


def _tell(told: Told, hub: Any) -> None:
    try:
        told(hub)
    except Exception:
        fault("loop.hubs")
