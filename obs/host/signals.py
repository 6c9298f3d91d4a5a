"""Which signals the launcher takes for the service, and which of them the service has already got.

The launcher blocks them all and takes them one at a time with ``sigtimedwait``, so there is no handler, no race between
a signal and a child's end, and the sender is known. It also works as PID 1, where the kernel drops a signal that is
neither handled nor blocked.
"""

from __future__ import annotations

import os
import signal

SUPPORTED = hasattr(signal, "sigtimedwait")
"""Not on macOS."""

SI_KERNEL = 0x80
"""``si_code`` of what the kernel itself sends, a terminal's keys among them (sigaction(2))."""

OWN = frozenset(
    # can't be caught; about our own memory and code; ignored by Python for the sake of EPIPE
    {"SIGKILL", "SIGSTOP", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS", "SIGPIPE"}
)
"""Signals that say something about the launcher, or that nobody can take."""

TAKEN = signal.valid_signals() - {getattr(signal, name) for name in OWN}
"""What the launcher blocks and takes: SIGCHLD, and all that it forwards."""

JOB_CONTROL = frozenset({signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU})

ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP})


def block() -> set[int]:
    """Block :data:`TAKEN`; returns the mask as it was, which is the one that a service expects."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a parent that ignores it has its children reaped behind its back
    return {int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, TAKEN)}


def take(timeout: float | None) -> signal.struct_siginfo | None:
    """The next signal, or None after ``timeout`` seconds; None waits for ever."""
    if timeout is None:
        return signal.sigwaitinfo(TAKEN)
    return signal.sigtimedwait(TAKEN, max(timeout, 0.0))


def is_for_service(info: signal.struct_siginfo) -> bool:
    """Whether to forward it: yes if some process sent it, no if the terminal did.

    The terminal has sent its Ctrl-C to the whole foreground group, the service included; a second one would be a hard
    stop to many servers. Only a hang-up goes to the session's leader alone (``tty_signal_session_leader`` in Linux).
    """
    if info.si_code != SI_KERNEL:
        return info.si_code <= 0
    return info.si_signo == signal.SIGHUP and os.getsid(0) == os.getpid()


def stop_like(number: int) -> None:
    """Stop this process as the service was stopped, so that a shell sees its job stop. Returns when it is continued.

    By the signal itself and not SIGSTOP: the kernel ignores it where no shell could continue us (an orphaned group).
    """
    os.kill(os.getpid(), number)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    signal.pthread_sigmask(signal.SIG_BLOCK, {number})
