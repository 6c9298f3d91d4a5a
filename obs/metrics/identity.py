"""Whose series they are, and which process records them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from obs import native
from obs.metrics.records import clean, dumps

Role = Literal["service", "host"]
"""``host``: the process is obs's own, so its CPU time is obs's cost and not the service's."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The labels on every series of a service."""

    service: str = ""
    env: str = ""
    version: str = ""

    def describe(self, role: Role, file_id: str) -> dict[str, Any]:
        """What an identity record holds for this process: see :func:`start_ticks` and :func:`pid_namespace`."""
        process = {"pid": os.getpid(), "started": start_ticks("self"), "namespace": pid_namespace()}
        return self._of_file(role, file_id) | process

    def _of_file(self, role: Role, file_id: str) -> dict[str, Any]:
        return {
            "service": clean(self.service, 128),
            "env": clean(self.env, 128),
            "version": clean(self.version, 128),
            "id": file_id,
            "role": role,
        }

    def beginning(self, role: Role, file_id: str) -> bytes:
        """Of an identity record's payload: what is the same whoever records into the file."""
        return dumps(["identity", self._of_file(role, file_id)])[: -len("}]")]


def payload(beginning: bytes) -> bytes:
    """Of this process's identity record. Every child that is forked for a job makes one."""
    process = (os.getpid(), start_ticks("self"), pid_namespace().encode())
    return beginning + b',"pid":%d,"started":%d,"namespace":"%s"}]' % process


def start_ticks(pid: int | str) -> int:
    """When the process started, in clock ticks since boot: tells it from a later one of the same pid. 0: unknown.

    Field 22 of ``/proc/PID/stat`` (proc(5)); the name in field 2 may hold spaces and brackets.
    """
    try:
        return int(_read(f"/proc/{pid}/stat").rpartition(b")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return 0


def _read(path: str) -> bytes:
    """The beginning of a small file, by system calls alone: every child that is forked for a job comes here."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, 4096)
    finally:
        native.original("os", "close")(fd)  # gevent's own may put it off to its loop


def pid_namespace() -> str:
    """The namespace that this process's pid is in: a pid of another says nothing here. Empty: unknown."""
    try:
        return os.readlink("/proc/self/ns/pid")  # noqa: PTH115  see _read
    except OSError:
        return ""


def maps(process: dict[str, Any], file_name: str) -> bool:
    """Whether the process of an identity record lives and has the file of that name mapped. False if we can't know.

    A program that closes all descriptors, as a daemon does when it starts, lets go of its lock and goes on recording.
    """
    pid, started = process.get("pid", 0), process.get("started", 0)
    if not started or process.get("namespace") != pid_namespace() or start_ticks(pid) != started:
        return False
    try:
        return file_name.encode() in Path(f"/proc/{pid}/maps").read_bytes()
    except OSError:
        return False
