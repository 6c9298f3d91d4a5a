"""When accounting is on: in this process, and in each thread that has a hub."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from functools import cache, partial
from time import perf_counter, perf_counter_ns
from typing import Any

from obs import native
from obs.errors import fault
from obs.runtime.accounting import entries, plain, slot, tick
from obs.runtime.accounting.clock import Clock, add, clocks, every, here, remove
from obs.runtime.accounting.links import links
from obs.runtime.accounting.moving import move_all
from obs.runtime.accounting.segments import cut
from obs.runtime.accounting.spending import spent
from obs.runtime.accounting.works import state, turn

Undo = Callable[[], object]

_undo: list[Undo] = []


def install() -> None:
    """Account for every Work from now on, and for each hub if gevent is imported: call it again when it is. Idempotent.

    Imports gevent only if the service has. Never raises.
    """
    try:
        _once()
        if not state.on:
            state.on = True
            spent.restart()
        if not _undo and sys.modules.get("gevent") is not None:
            links.bind()
            from obs.runtime.loop import hubs

            _undo.append(hubs.follow(install_thread, uninstall_thread))
    except Exception:
        fault("accounting")


def uninstall() -> None:
    """Take every tracer out again, exactly, and leave the counts as they are now. Idempotent. Never raises."""
    state.on = False
    endings: list[Undo] = [*_undo, *(partial(end, clock) for clock in every() if clock.hub or clock is here.clock)]
    for undo in endings:
        try:
            undo()
        except Exception:
            fault("accounting")
    _undo.clear()
    plain.stop()
    here.clock = None
    tick.flush()
    links.unbind()


def install_thread(hub: Any) -> None:
    """Account for this thread, whose hub this is: its clock, its loop's watchers, its tracer, its tick."""
    from obs.runtime import loop, watch

    former, running = here.clock, None
    if former is not None:
        if former.hub is hub:
            return
        cut(former, perf_counter())
        running = former.running
        end(former)
    clock = Clock(native.original("_thread", "get_ident")(), hub, perf_counter_ns())
    add(clock)
    turn(clock, running, clock.at)
    clock.block = (links.threshold_ns() or float("inf")) / 1e9
    slot.take(clock)
    tick.start(clock)
    plain.start()
    loop.watch(clock)
    watch.start()


def uninstall_thread(hub: Any) -> None:
    """Right before ``hub`` is destroyed, on its thread."""
    clock = here.clock
    if clock is not None and clock.hub is hub:
        end(clock)


def end(clock: Clock) -> None:
    """The end of one thread's accounting. On another thread: its tracer passes through, and goes with its next tick."""
    if clock.hub is not None:
        from obs.runtime import loop

        slot.give_back(clock)
        loop.unwatch(clock)
    if here.clock is clock:
        tick.finish(clock)
    else:
        move_all(clock)
    remove(clock)


@cache
def _once() -> None:
    """What can't be taken back: hooks that do nothing while accounting is off."""
    os.register_at_fork(after_in_child=_in_child)
    atexit.register(_at_exit)


def _in_child() -> None:
    """Nothing has run yet here, in the only thread there is. greenlet's slot and the loop's timers are still there."""
    try:
        mine = here.clock
        for clock in clocks():
            if clock is not mine:
                remove(clock)
        entries.restart()
        spent.restart()
        if mine is not None:
            _restart(mine)
    except Exception:
        fault("accounting")


def _restart(clock: Clock) -> None:
    account, fresh, opened = clock.account, clock.fresh, clock.open
    clock.restart(perf_counter_ns())
    clock.account, clock.fresh, clock.open = account, fresh, opened
    for each in opened:
        each.restart(clock.at)
    if account is None:
        clock.logged = 0.0


def prepare() -> None:
    """Make what the first tick of a child needs that is about to be forked."""
    entries.entry_of("", entries.THREADS, "").bind()


def flush() -> None:
    """Bring all metrics up to date: this process may vanish next, or go on."""
    if state.on:
        try:
            tick.flush()
        except Exception:
            fault("accounting")


def _at_exit() -> None:
    if state.on:
        try:
            if here.clock is not None:
                tick.finish(here.clock)
            tick.flush()
        except Exception:
            fault("accounting")
