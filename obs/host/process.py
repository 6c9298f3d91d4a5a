"""The host process: ``python -m obs.host.process``, started and started again by the launcher.

It serves ``/metrics`` and ``/healthz`` from the run's shared memory, folds what dead processes left, and sends the
spans that the service's processes hand over. It holds nothing that its successor could not find again.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from itertools import pairwise
from time import monotonic

from obs.host.hosting import HOPELESS
from obs.host.run import Run

TICK = 1.0
"""Seconds between two looks at the run."""

FLUSH_SHARE = 0.9
"""Of the launcher's patience, what may be spent on sending; the rest is for ending."""


def main() -> int:
    """Serve the run on standard input until told to finish; returns the exit code."""
    own_terminal()
    run = Run.read(0)
    leave_only(run.descriptors)
    try:
        from obs.host.host import Host
    except ImportError as error:
        sys.stderr.write(f"obs: {error}; metrics and traces are off: is obs[host] installed?\n")
        return HOPELESS
    host = Host(run, restarts=int(sys.argv[1]))
    host.start()
    while not told(TICK) and not (is_orphan(run) and host.is_deserted()):
        host.tick()
    host.finish(monotonic() + run.config.shutdown_timeout * FLUSH_SHARE)
    if is_orphan(run):
        shutil.rmtree(run.folder, ignore_errors=True)
    return 0


def own_terminal() -> None:
    """Let no terminal stop or end us: we write to it from the background, and outlive its Ctrl-C by a flush."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)


def leave_only(descriptors: tuple[int, ...]) -> None:
    """Close what else we inherited: the service's sockets must not stay open in here."""
    edges = [2, *sorted(descriptors), os.sysconf("SC_OPEN_MAX")]
    for low, high in pairwise(edges):
        os.closerange(low + 1, high)


def told(seconds: float) -> bool:
    """Whether the launcher says finish, within ``seconds``. Its SIGTERM was blocked before we started."""
    return signal.sigtimedwait({signal.SIGTERM}, seconds) is not None


def is_orphan(run: Run) -> bool:
    """Whether the launcher is gone."""
    return os.getppid() != run.launcher


if __name__ == "__main__":
    sys.exit(main())
