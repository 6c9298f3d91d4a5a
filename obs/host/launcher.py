"""``obs run``: starts the service and its host process, forwards signals, reaps, and gives back the exit code.

It behaves as PID 1 must, and does nothing else: no thread, no server, no OpenTelemetry. It owns what must outlive a
host process (the run's folder and both sockets), so that a host can die at any time. Telemetry that can't be had is
named in one line, and the service starts without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from signal import SIGCHLD, SIGKILL, SIGTERM
from time import monotonic

from obs.host import children, signals
from obs.host.hosting import Hosting
from obs.host.telemetry import Telemetry, prepare


def launch(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run ``command`` to its end under telemetry, with the settings in ``environ``; returns the exit code.

    The signals that it takes stay blocked: the caller is expected to exit.
    """
    if not signals.SUPPORTED:
        say("off: obs run needs sigtimedwait(2), which this system lacks; call obs.instrument() in the service instead")
        return children.become(command, environ, say)
    children.occupy_standard_descriptors()
    mask = signals.block()
    telemetry = prepare(environ, say)
    try:
        return Launcher(telemetry).run(command, telemetry.environ if telemetry else environ, mask)
    finally:
        if telemetry:
            telemetry.close()


class Launcher:
    """One service, and one host process beside it if there is any telemetry."""

    def __init__(self, telemetry: Telemetry | None) -> None:
        self.hosting = Hosting(telemetry.start_host, say) if telemetry else None
        self.patience = telemetry.config.shutdown_timeout if telemetry else 0.0
        self.service = 0
        self.code: int | None = None

    def run(self, command: Sequence[str], environ: Mapping[str, str], mask: set[int]) -> int:
        """Start both, see the service to its end, let the host finish."""
        try:
            self.service = children.start_service(command, environ, mask)
        except OSError as error:
            line, code = children.complaint(command[0], error)
            say(line)
            return code
        while self.code is None:
            self.step()
        self.finish()
        return self.code

    def step(self) -> None:
        """Do what is due, then take one signal."""
        if self.hosting:
            self.hosting.tend()
        info = signals.take(self.hosting.wait() if self.hosting else None)
        if info is None:
            return
        if info.si_signo == SIGCHLD:
            self.reap()
        elif signals.is_for_service(info):
            with suppress(ProcessLookupError, PermissionError):  # a setuid service is not ours to signal
                os.kill(self.service, info.si_signo)  # not reaped yet, so the pid is its own

    def reap(self) -> None:
        """Take note of every child that has ended or stopped."""
        for pid, status in children.ended():
            if os.WIFSTOPPED(status):
                self.stopped(pid, os.WSTOPSIG(status))
            elif pid == self.service:
                self.code = children.exit_code(status)
            elif self.hosting and pid == self.hosting.pid:
                self.hosting.ended(status)

    def stopped(self, pid: int, number: int) -> None:
        """Follow the service if the terminal stopped it: the shell that started us looks at us."""
        if pid == self.service and number in signals.JOB_CONTROL:
            signals.stop_like(number)

    def finish(self) -> None:
        """Tell the host to finish; when its time is up, or somebody asks again, end it."""
        if self.hosting:
            self.hosting.finish(SIGTERM)
            self.await_host(self.patience)
            self.hosting.finish(SIGKILL)
            self.await_host(1.0)

    def await_host(self, seconds: float) -> None:
        """Wait until the host has ended, but no longer than ``seconds``, or than somebody's patience."""
        until = monotonic() + seconds
        while self.hosting and self.hosting.pid is not None and (left := until - monotonic()) > 0:
            info = signals.take(left)
            if info is not None and info.si_signo == SIGCHLD:
                self.reap()
            elif info is not None and info.si_signo in signals.ENDING:
                return


def say(line: str) -> None:
    """One line to the person who started us."""
    with suppress(OSError, ValueError, AttributeError):  # closed, or there is none
        sys.stderr.write(f"obs: {line}\n")
        sys.stderr.flush()
