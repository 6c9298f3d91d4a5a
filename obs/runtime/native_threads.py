"""The native threads of this process: after a fork they are gone, and what they held is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, TypedDict

from obs.native import original


class Thread(TypedDict):
    name: str
    where: str
    """The module and function that it began in; empty if that is threading's own, or not Python."""


def threads() -> Iterator[Thread]:
    """The native threads of this process but the one that asks, gevent's own and obs's."""
    me = original("_thread", "get_ident")()
    names = {ident: thread.name for ident, thread in _threads().items()}
    python = {ident: frame for ident, frame in sys._current_frames().items() if ident != me}  # noqa: SLF001  the only way
    for ident, frame in python.items():
        name, where = names.get(ident, ""), began(frame)
        if (name or where) and not where.startswith(("gevent.", "obs.")):
            yield Thread(name=name, where=where)
    yield from foreign(len(python) + 1)


def _threads() -> dict[int, Any]:
    threading = sys.modules.get("threading")
    return dict(getattr(threading, "_active", {}))


def began(frame: FrameType) -> str:
    """The outermost function of a stack that is the thread's own: ``module.function``; empty if there is none."""
    stack = []
    current: FrameType | None = frame
    while current is not None:
        stack.append(current)
        current = current.f_back
    names = [f"{f.f_globals.get('__name__', '?')}.{f.f_code.co_qualname}" for f in reversed(stack)]
    return next((name for name in names if not name.startswith(AROUND)), "")


AROUND = ("threading.", "obs.runtime.", "obs.labels.")
"""What stands around a thread's own function: threading, and what carries the context into it."""


def foreign(expected: int) -> Iterator[Thread]:
    """Threads that the system has beyond the ``expected`` ones, such as a C library's: by the name it gave them."""
    try:
        tasks = sorted(Path("/proc/self/task").iterdir(), key=lambda task: int(task.name))
        for task in tasks[expected:]:
            yield Thread(name=(task / "comm").read_text().strip(), where="")
    except OSError:
        return
