"""When the agent serves: from when the process's store has its file, again in a child that lasts, never where workers
are forked. Its threads end before each fork and start again after, as the watching thread's (obs.runtime.watch.life).

A worker that forks for each job and only watches is asked no more from its first job on: ending and starting the
threads is a fortieth of all that such a job costs. Its child serves when the job has lasted for a second.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from obs.agent import sockets
from obs.agent.after_fork import soon
from obs.errors import fault, log
from obs.metrics import active, forks
from obs.metrics.folder import alive
from obs.runtime import watch
from obs.runtime.watch.life import forks_workers

if TYPE_CHECKING:
    from obs.agent.server import Server

PATIENCE = 0.05
"""Seconds that a fork, or the end, waits for the threads. They take microseconds, or a slice of an answer."""


class Settings(Protocol):
    """What is needed of :class:`obs.config.Config`."""

    @property
    def agent(self) -> bool: ...


class Life:
    """The process's one server."""

    def __init__(self) -> None:
        self.on = False
        self.server: Server | None = None

    def install(self, config: Settings) -> None:
        if config.agent and not self.on:
            self.on = True
            _follow_forks()
            atexit.register(self.stop)

    def uninstall(self) -> None:
        if self.on:
            self.on = False
            atexit.unregister(self.stop)
            self.stop()

    def start(self) -> None:
        metrics = active.store().path
        if not self.on or self.server is not None or metrics is None or forks_workers():
            return
        from obs.agent.operations import OPERATIONS
        from obs.agent.server import Server

        sockets.sweep(metrics.parent, lives)
        self.server = server = Server(metrics.with_suffix(sockets.SUFFIX), OPERATIONS)
        server.start()

    def stop(self) -> None:
        server, self.server = self.server, None
        if server is not None:
            server.stop(PATIENCE)

    def before_fork(self) -> None:
        if forks.forking_briefly():
            self.stop()
        elif self.server is not None:
            self.server.rest(PATIENCE)

    def after_fork(self) -> None:
        if self.server is not None:
            soon(self._go_on)

    def _go_on(self) -> None:
        if self.server is not None:
            _contained(self.server.start)

    def in_child(self) -> None:
        """By now the store has a file of this child's own, unless it is about to become a command."""
        server, self.server = self.server, None
        if server is not None:
            server.abandon()
        if forks.is_brief():
            self._start_late()
        else:
            start()

    def _start_late(self) -> None:
        """On the watching thread, which the child's job has started by then."""

        def late() -> None:
            undo()
            start()

        undo = watch.every(forks.LATE, late)


_life = Life()


@cache
def _follow_forks() -> None:
    active.store()  # which follows forks too, and must hear of one first
    hooks = (_life.before_fork, _life.after_fork, _life.in_child)
    before, parent, child = (partial(_contained, hook) for hook in hooks)
    os.register_at_fork(before=before, after_in_parent=parent, after_in_child=child)


def _contained(call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:
        fault("agent: a fork")


def install(config: Settings) -> None:
    """Let this process be asked, unless ``OBS_AGENT`` says no. Idempotent. Nothing starts before :func:`start`."""
    _life.install(config)


def start() -> None:
    """Serve, if it is on and the store has a file in a run folder. Idempotent; never raises."""
    try:
        _life.start()
    except OSError as error:
        log.warning("obs: %s; obs dump and obs profile see this process from outside only", error)
    except Exception:
        fault("agent: its start")


def uninstall() -> None:
    """End it, with what clients have turned on, and remove its socket. Idempotent."""
    _life.uninstall()


def lives(metrics: Path) -> bool:
    """Whether the process lives that records into the file ``metrics``."""
    try:
        fd = os.open(metrics, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        return alive(fd)
    finally:
        sockets.close(fd)
