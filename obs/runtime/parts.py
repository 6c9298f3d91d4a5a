"""Everything of the runtime, turned on in one order and off again in the opposite one."""

from __future__ import annotations

from collections.abc import Callable

from obs import errors
from obs.config import Config
from obs.errors import fault
from obs.runtime import accounting, context, waits, watch

_undo: list[Callable[[], object]] = []


def install(config: Config) -> None:
    """What needs no gevent: context in threads, and the clocks of works that plain threads serve. Imports no gevent."""
    context.install_threads()
    _undo.extend((watch.stop, context.uninstall))
    if config.accounting:
        _undo.append(waits.extend(config.waits))
        accounting.install()
        _undo.append(accounting.uninstall)


def install_gevent(config: Config) -> None:
    """The rest, for a service that has imported gevent. Hubs made from now on get loops that stamp."""
    context.install_gevent()
    _undo.append(context.uninstall)
    if not config.accounting:
        return
    from obs.runtime import blocks, loop, ready, watch

    _undo.append(watch.every(1.0, errors.tell))
    ready.stamps.install()
    blocks.install(config)  # before the accounting, which asks what a block is
    loop.install()
    accounting.install()
    _undo.extend((ready.stamps.uninstall, blocks.uninstall, loop.uninstall, accounting.uninstall))


def uninstall() -> None:
    """Take all of it back exactly. Idempotent."""
    while _undo:
        try:
            _undo.pop()()
        except Exception:
            fault("runtime")
