"""Run as a script, by root: starts a program as a process's own user, where the process sees its files, and confined.

    python -I -S confined.py PID UID GID LIBRARY_PATH PROGRAM [ARGUMENT…]

The program is whatever the process's container says it is. So it gets the process's root and namespaces, no capability,
not even as user 0, and none of our files; and nothing of the container is loaded before: chroot(1) would ask its
name service, and the loader its LIBRARY_PATH, as root. It imports nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_SET_NO_NEW_PRIVS = 1, 24, 28, 38  # linux/prctl.h
NOROOT = 3  # SECBIT_NOROOT and its lock, linux/securebits.h: user 0 gets no capability with a program
CAPABILITIES = 64

NAMESPACES = ("ipc", "net", "pid")
"""With the process's own pids its /proc tells us of ourselves. Its root does for the mounts."""


def main(pid: str, uid: int, gid: int, library_path: str, *command: str) -> NoReturn:
    """Exits with the program's exit code. Raises OSError."""
    process, libc = Path("/proc", pid), ctypes.CDLL(None, use_errno=True)
    others = [os.open(process / "ns" / name, os.O_RDONLY) for name in NAMESPACES if elsewhere(process, name)]
    root = os.open(process / "root", os.O_RDONLY | os.O_DIRECTORY)
    for each in others:
        if libc.setns(each, 0):
            raise OSError(ctypes.get_errno(), f"setns: {os.strerror(ctypes.get_errno())}")
        os.close(each)
    os.fchdir(root)
    os.chroot(".")
    os.close(root)
    child = os.fork()  # a namespace of pids is that of children
    if child:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
    give_up(libc, uid, gid)
    environ = {"LD_LIBRARY_PATH": library_path} if library_path else {}
    os.execve(command[0], command, environ)  # noqa: S606  there is nothing for a shell to do


def elsewhere(process: Path, name: str) -> bool:
    return (process / "ns" / name).readlink() != Path("/proc/self/ns", name).readlink()


def give_up(libc: ctypes.CDLL, uid: int, gid: int) -> None:
    """All that root may, for good. Raises OSError."""
    for number in range(CAPABILITIES):
        libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)  # fails for those that the kernel doesn't know
    if libc.prctl(PR_SET_SECUREBITS, NOROOT, 0, 0, 0) or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
    except OSError as error:
        sys.exit(str(error))
