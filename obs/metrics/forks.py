"""What happens to the stores of a process that forks: each child that lasts gets a file of its own."""

from __future__ import annotations

import os
import sys
import weakref
from functools import cache
from types import FrameType
from typing import Protocol

from obs.errors import fault


class Forked(Protocol):
    """What is told of a fork, in the child."""

    def become_child(self, *, lasting: bool) -> None: ...


_followers: weakref.WeakSet[Forked] = weakref.WeakSet()


def follow(store: Forked) -> None:
    """Tell ``store`` of each fork from now on, in the child, for as long as somebody else holds it."""
    _register()
    _followers.add(store)


@cache
def _register() -> None:
    os.register_at_fork(after_in_child=_in_child)


def _in_child() -> None:
    lasting = not _of_subprocess()
    for store in list(_followers):
        try:
            store.become_child(lasting=lasting)
        except Exception:
            fault("metrics.fork")


def _of_subprocess() -> bool:
    """Whether this fork is subprocess's, by gevent or with a preexec_fn: the child is about to become a command.

    Both call the function that forks ``_execute_child``. Otherwise each command that a service runs would leave a file.
    """
    frame: FrameType | None = sys._getframe()  # noqa: SLF001  the documented way to the stack
    while frame is not None and frame.f_code.co_name != "_execute_child":
        frame = frame.f_back
    return frame is not None
