"""Loops that note when each callback was put in line, chosen for the hubs that are made from now on.

gevent resumes what was spawned, notified or put into a queue from callbacks, first in, first out. The loop here is a
subclass of the one that the service chose, whatever that is; it is chosen where a hub asks for its class, so
``GEVENT_LOOP`` and ``gevent.config.loop`` mean what they meant.
"""

from __future__ import annotations

from typing import Any

from obs import patches
from obs.errors import fault, log
from obs.patches import Applied
from obs.runtime.ready import pool
from obs.runtime.ready.loops import Stamping


class _State:
    stamping: Stamping | None = None
    chosen: Any = None
    """The property of ours in place of ``Hub.loop_class``."""
    original: Any = None
    patches: list[Applied]


_state = _State()


def install() -> None:
    """Stamp on every hub made from now on. Needs gevent; idempotent. A hub that exists keeps its loop: it says so."""
    if _state.stamping is not None:
        return
    from gevent._hub_local import get_hub_if_exists
    from gevent.hub import Hub

    if get_hub_if_exists() is not None:
        log.info("obs: this thread's event loop is older than obs: there, the delay of works is estimated")
    _state.original = vars(Hub)["loop_class"]
    _state.stamping = stamping = Stamping()
    _state.chosen = property(lambda hub: _choose(stamping, hub), doc=_state.original.__doc__)
    Hub.loop_class = _state.chosen  # type: ignore[method-assign]
    stamping.start()
    _state.patches = patches.apply(pool.patches())


def uninstall() -> None:
    """Hubs get the loop that gevent gives them; the stamped loops that are in use stop to stamp. Idempotent."""
    stamping = _state.stamping
    if stamping is None:
        return
    from gevent.hub import Hub

    _state.stamping = None
    stamping.stop()
    patches.undo(_state.patches)
    if vars(Hub).get("loop_class") is _state.chosen:
        Hub.loop_class = _state.original  # type: ignore[method-assign]


def _choose(stamping: Stamping, hub: Any) -> type:
    chosen: type = _state.original.__get__(hub)
    try:
        return stamping.stamped(chosen) if stamping.on else chosen
    except Exception:  # a class of somebody's own that can't be extended
        fault("ready.stamps")
        return chosen
