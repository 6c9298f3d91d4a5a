"""Something to be done right after a fork, in the parent, where a thread is to start again.

From 3.12 on the interpreter warns if a process has threads when it has forked; it counts them after its hooks.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from obs.native import original
from obs.runtime.watch.life import current_loop

_waiting: list[Callable[[], None]] = []


def soon(call: Callable[[], None]) -> None:
    """Call it when ``os.fork`` has returned: in the loop's next turn, or in the main thread's next step.

    In another thread at once: a process that has one is warned of it anyway. ``call`` doesn't raise.
    """
    loop = current_loop()
    if loop is not None:
        loop.run_callback_threadsafe(call)
    elif sys.version_info >= (3, 12) and _is_main():
        _waiting.append(call)
        _add_pending_call()
    else:
        call()


def _is_main() -> bool:
    main = getattr(sys.modules.get("threading"), "_main_thread", None)
    return main is None or bool(main.ident == original("_thread", "get_ident")())


def _add_pending_call() -> None:
    """https://docs.python.org/3/c-api/init.html#c.Py_AddPendingCall: the main thread makes it between two bytecodes."""
    import ctypes

    ctypes.pythonapi.Py_AddPendingCall(_pending(), None)


@cache
def _pending() -> Any:
    """A C function that calls what waits. Kept for good: the interpreter has its address."""
    import ctypes

    def call(_nothing: object) -> int:
        while _waiting:
            _waiting.pop()()
        return 0

    return ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(call)
