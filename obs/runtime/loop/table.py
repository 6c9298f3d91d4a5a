"""The loops that are watched in this process, each by its clock."""

from __future__ import annotations

import os
from functools import cache
from time import perf_counter_ns
from typing import Any
from weakref import ref

from obs import native
from obs.errors import fault
from obs.metrics import active
from obs.runtime.accounting import Clock
from obs.runtime.loop.ledger import Counters, Ledger
from obs.runtime.loop.watched import Watched


class Thread:
    """Held by a thread alone, and so gone when that ends. Its ident would not tell: the next thread may get it."""

    __slots__ = ("__weakref__",)


_here = native.original("_thread", "_local")()
_ledgers: dict[Clock, Ledger] = {}
_settling = native.allocate_lock()


@cache
def _counters() -> Counters:
    return Counters(active.store())


def watch(clock: Clock) -> None:
    """Keep the loop's part of ``clock``, and count it. Called on that clock's thread; idempotent. Never raises."""
    try:
        if clock not in _ledgers:
            for other in _of_loop(clock.hub.loop):  # a hub can leave its loop to the next one
                unwatch(other)
            _on_fork()
            counters = _counters()
            _here.thread = thread = getattr(_here, "thread", None) or Thread()
            _ledgers[clock] = Ledger(Watched(clock, counters.delays), counters, ref(thread))
    except Exception:  # a kind of loop that nobody has seen yet: no metrics of it
        fault("loop.watch")


def _of_loop(loop: Any) -> list[Clock]:
    return [clock for clock, ledger in _ledgers.items() if ledger.watched.loop is loop]


def unwatch(clock: Clock) -> None:
    """Take the hooks off its loop again. From another thread: at that loop's next turn. Idempotent. Never raises."""
    ledger = _ledgers.pop(clock, None)
    if ledger is None:
        return
    try:
        settle([ledger])
        watched = ledger.watched
        if native.original("_thread", "get_ident")() == clock.thread_id:
            watched.hooks.stop()
        elif watched.loop.ptr:
            watched.loop.run_callback_threadsafe(watched.hooks.stop)
    except Exception:
        fault("loop.unwatch")


def watched() -> list[Watched]:
    """Every loop that is watched now. Those that are destroyed, or whose thread has ended, are forgotten first."""
    for clock, ledger in list(_ledgers.items()):
        if ledger.thread() is None:
            if _ledgers.pop(clock, None) is not None:
                ledger.watched.abandon()
        elif clock.hub.loop is not ledger.watched.loop:
            unwatch(clock)
    return [ledger.watched for ledger in list(_ledgers.values())]


def settle(ledgers: list[Ledger] | None = None) -> None:
    """Bring the metrics of these loops, or of all, up to date. Any thread may; one that comes second does nothing."""
    lock = _settling  # a fork puts another in its place, which a thread of the child may see in the middle of this
    if not lock.acquire(blocking=False):
        return
    try:
        now = perf_counter_ns()
        for ledger in list(_ledgers.values()) if ledgers is None else ledgers:
            ledger.settle(now)
    finally:
        lock.release()


@cache
def _on_fork() -> None:
    os.register_at_fork(after_in_child=_in_child)


def _in_child() -> None:
    """Only the thread that forked is left, and only its loop."""
    global _settling
    try:
        _settling = native.allocate_lock()  # the parent's may have been held by a thread that is gone
        me = native.original("_thread", "get_ident")()
        for clock, ledger in list(_ledgers.items()):
            if clock.thread_id == me:
                ledger.restart()
            else:
                del _ledgers[clock]
                ledger.watched.abandon()
    except Exception:
        fault("loop.fork")
