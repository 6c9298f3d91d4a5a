"""The current Work, and OpenTelemetry's context, follow every start of concurrent work; so does the Work's label.

``install_threads()`` may run at any time, also before gevent patches the standard library. ``install_gevent()`` needs
gevent and is for a post-import hook of it; obs.instrument calls both. Outside a Work nothing is done.
"""

from __future__ import annotations

import sys

from obs import patches
from obs.patches import Applied
from obs.runtime import threads

_threads: list[Applied] = []
_gevent: list[Applied] = []


def install() -> None:
    """Threads now, and gevent if the service has imported it. Idempotent."""
    install_threads()
    if sys.modules.get("gevent") is not None:
        install_gevent()


def install_threads() -> None:
    """``threading.Thread`` and ``concurrent.futures.ThreadPoolExecutor``. Idempotent; imports no gevent."""
    if not _threads:
        _threads.extend(patches.apply(threads.patches()))


def install_gevent() -> None:
    """Greenlets, raw greenlets and gevent's thread pools. Idempotent; imports gevent, but patches no module for it."""
    if not _gevent:
        from gevent import Greenlet

        from obs.runtime import greenlets

        _gevent.extend(patches.apply(greenlets.patches()))
        Greenlet.add_spawn_callback(greenlets.on_spawn)


def uninstall() -> None:
    """Take all of it back exactly. Children that were started before keep what they carry. Idempotent."""
    if _gevent:
        from gevent import Greenlet

        from obs.runtime import greenlets

        Greenlet.remove_spawn_callback(greenlets.on_spawn)
        patches.undo(_gevent)
        _gevent.clear()
    patches.undo(_threads)
    _threads.clear()
