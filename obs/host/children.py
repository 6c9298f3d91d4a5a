"""Starting the launcher's children, and what becomes of them.

By ``posix_spawn`` and not ``fork``: there is nothing of the launcher's to copy, and no code runs in between.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""The exit codes of a shell for a command that can't be started."""

SYSTEMD = ("LISTEN_PID", "WATCHDOG_PID")

PYTHON_IGNORES = frozenset({signal.SIGPIPE, signal.SIGXFSZ})
"""What the interpreter sets to be ignored as it starts; a child expects the default."""


def start_service(command: Sequence[str], environ: Mapping[str, str], mask: set[int]) -> int:
    """Start the user's command with the signal ``mask`` that we were started with; returns its pid. Raises OSError.

    It stays in our process group, so the terminal is its own: it reads keys, and gets its signals.
    """
    arguments = addressed(command, environ)
    return os.posix_spawnp(arguments[0], arguments, environ, setsigmask=mask, setsigdef=PYTHON_IGNORES)


def addressed(command: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """``command``, through a shell that says its own pid where systemd has said ours.

    Sockets and watchdogs are meant for the one process that those variables name (sd_listen_fds(3),
    sd_watchdog_enabled(3)); a server that isn't named ignores its sockets and binds others.
    """
    ours = [name for name in SYSTEMD if environ.get(name) == str(os.getpid())]
    if not ours:
        return list(command)
    assignments = " ".join(f"{name}=$$" for name in ours)
    return ["/bin/sh", "-c", f'{assignments} exec "$@"', "sh", *command]


def start_host(environ: Mapping[str, str], settings: int, inherited: Sequence[int], restarts: int) -> int:
    """Start a host process with ``settings`` as its standard input; returns its pid. Raises OSError.

    In a process group of its own, so that the terminal's Ctrl-C doesn't end it before the service's last spans are
    in. SIGTERM is blocked until it looks: it is never lost while the interpreter starts.
    """
    command = [sys.executable, "-S", "-P", "-m", "obs.host.process", str(restarts)]
    files = [(os.POSIX_SPAWN_DUP2, settings, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    with inheritable(inherited):
        return os.posix_spawn(
            command[0],
            command,
            environ,
            file_actions=files,
            setpgroup=0,
            setsigmask={signal.SIGTERM},
            setsigdef=PYTHON_IGNORES,
        )


@contextmanager
def inheritable(descriptors: Sequence[int]) -> Iterator[None]:
    """Let the next child have ``descriptors``; no other may (a service would keep the port open)."""
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)  # noqa: FBT003  positional only
    try:
        yield
    finally:
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)  # noqa: FBT003


def ended() -> Iterator[tuple[int, int]]:
    """``(pid, status)`` of every child that has ended or stopped, reaped; as PID 1, of orphans too."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
        except ChildProcessError:
            return
        if not pid:
            return
        yield pid, status


def exit_code(status: int) -> int:
    """A wait status as a shell's exit code: 128 + N for signal N."""
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def how(status: int) -> str:
    """``status`` in words: ``killed by SIGKILL``, ``exit code 1``."""
    names = {int(known): known.name for known in signal.Signals}  # not every real-time signal has one
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return f"killed by {names.get(number, f'signal {number}')}"
    return f"exit code {os.WEXITSTATUS(status)}"


def become(command: Sequence[str], environ: Mapping[str, str], say: Callable[[str], None]) -> int:
    """Be the user's command from now on; returns the exit code only if that can't be."""
    try:
        os.execvpe(command[0], list(command), environ)  # noqa: S606  there is no shell on purpose
    except OSError as error:
        line, code = complaint(command[0], error)
        say(line)
        return code


def occupy_standard_descriptors() -> None:
    """Open what is closed of 0, 1 and 2, or our sockets would get those numbers. Our children still find it closed."""
    for descriptor in (0, 1, 2):
        with suppress(OSError):
            os.fstat(descriptor)
            continue
        os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, and is not inherited


def complaint(command: str, error: OSError) -> tuple[str, int]:
    """Why ``command`` can't be started, in one line, and the exit code a shell would give."""
    if isinstance(error, FileNotFoundError):
        return f"{command}: command not found, or its interpreter is", NOT_FOUND
    return f"{command}: can't be executed: {error.strerror}", NOT_EXECUTABLE
