"""What happens to the stores of a process that forks: each child that lasts gets a file of its own.

A worker that only watches, and forks a child for each job, says so (:func:`expect_brief`). Each page that such a child
touches is copied first, so what it needs is made before the fork, and what only a long job needs comes late.
"""

from __future__ import annotations

import os
import sys
import weakref
from functools import cache
from types import FrameType
from typing import Protocol

from obs import native
from obs.errors import fault

LATE = 1.0
"""Seconds that a brief child has to last until it gets what only one that lasts needs."""


class Forked(Protocol):
    """What is told of a fork, in the child."""

    def become_child(self, *, lasting: bool) -> None: ...


class _Fork:
    by = 0
    """The thread that is about to fork a brief child; 0 for none."""
    brief = False
    """Whether this process is one."""


process = object()
"""Stands for this process, once a store follows forks: a child has another. ``getpid`` is a system call."""


_fork = _Fork()
_followers: list[weakref.ref[Forked]] = []


def follow(store: Forked) -> None:
    """Tell ``store`` of each fork from now on, in the child, for as long as somebody else holds it."""
    _register()
    _followers[:] = [*(known for known in _followers if known() not in (None, store)), weakref.ref(store)]


@cache
def _register() -> None:
    os.register_at_fork(after_in_child=_in_child)


def expect_brief() -> None:
    """This thread, of a process that only watches, is about to fork a child that does one job and ends."""
    _fork.by = _ident()


def expect_none() -> None:
    """It has."""
    _fork.by = 0


def forking_briefly() -> bool:
    """Whether this thread is about to fork a brief child."""
    return _fork.by == _ident()


def is_brief() -> bool:
    """Whether this process was forked for one job."""
    return _fork.brief


def _ident() -> int:
    ident: int = native.original("_thread", "get_ident")()
    return ident


def _in_child() -> None:
    global process
    process = object()
    _fork.brief, _fork.by = forking_briefly(), 0
    lasting = _fork.brief or not _of_subprocess()
    for follower in _followers:
        try:
            store = follower()
            if store is not None:
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
