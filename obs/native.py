"""The interpreter's own threads, locks, sockets and sleep, whether or not gevent has patched the modules.

What a native thread shares with a gevent loop must be original: a patched lock would be a greenlet lock, and waiting on
it in a native thread starts a hub there. gevent keeps the originals in ``gevent.monkey``; this module asks it only if
the service has imported it, so that obs never imports gevent here.
"""

from __future__ import annotations

import sys
from typing import Any


def original(module: str, name: str) -> Any:
    """``module.name`` as it was before monkey patching. Raises AttributeError if there never was one."""
    # Absent too while another thread is in the middle of importing it: nothing is patched then.
    get_original = getattr(sys.modules.get("gevent.monkey"), "get_original", None)
    if get_original is not None:
        return get_original(module, name)
    __import__(module)
    return getattr(sys.modules[module], name)


def patched(module: str = "socket") -> bool:
    """Whether gevent has monkey-patched ``module`` in this process."""
    is_patched = getattr(sys.modules.get("gevent.monkey"), "is_module_patched", None)
    return is_patched is not None and bool(is_patched(module))


def allocate_lock() -> Any:
    """A lock of the operating system's threads. Hold it only around code that can't switch greenlets."""
    return original("_thread", "allocate_lock")()


def start_thread(run: Any, *args: Any) -> int:
    """Start ``run(*args)`` on a native daemon thread that ``threading`` doesn't know; returns its ident.

    Not joined at exit and not seen by ``threading.enumerate()``, so it can't hold up or confuse the service.
    """
    ident: int = original("_thread", "start_new_thread")(run, args)
    return ident


def thread_name(ident: int) -> str:
    """The name of the thread that ``threading`` knows by this ident; empty if it knows none, or has made the name up.

    It is not imported for that. Where gevent has patched it, a greenlet's ``id`` is an ident too, and whoever logs in
    one has a thread made up for it, ``Dummy-7``: there may be as many as greenlets, so nobody is to go through all.
    """
    thread = getattr(sys.modules.get("threading"), "_active", {}).get(ident)
    return "" if thread is None or type(thread).__name__ == "_DummyThread" else str(thread.name)
