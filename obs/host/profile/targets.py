"""Whom to profile: a process, what runs below it, or a service; each with where it records, if it does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from obs.agent import sockets
from obs.errors import ObsError
from obs.host.blocks.find import ancestors, owner, runtime_dir
from obs.host.runs import choose, here, started
from obs.metrics.directory import Keys
from obs.metrics.identity import pid_namespace, start_ticks
from obs.metrics.reader import names
from obs.metrics.source import FileSource
from obs.profiling.session import Process


@dataclass(frozen=True, slots=True)
class Target:
    """One process."""

    pid: int
    file: Path | None = None
    """Its metrics, in the folder of its run; None for a process without obs."""
    service: str = ""
    env: str = ""
    version: str = ""

    @property
    def has_agent(self) -> bool:
        """Whether it can be asked; a process that forks workers can't."""
        return self.file is not None and self.file.with_suffix(sockets.SUFFIX).exists()

    def process(self, proc: Path = Path("/proc")) -> Process:
        """What is to be said of it; as much as can be read."""
        folder = proc / str(self.pid)
        command = python = ""
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()[:200]
        with suppress(OSError):
            found = re.search(r"python(3\.\d+)", str((folder / "exe").readlink()))
            python = found.group(1) if found else ""
        return Process(self.pid, command, python, round(started(start_ticks(self.pid)), 2))


def of_pid(pid: int, environ: Mapping[str, str], proc: Path = Path("/proc")) -> list[Target]:
    """Process ``pid``, or those below it that record if it is a server's or that of ``obs run``. Raises ObsError.

    If none records, it and every Python below it: the workers of a server without obs.
    """
    reachable(pid, proc)
    folder = runtime_dir(environ, pid)
    found = [target for target in recorded(folder) if pid in (target.pid, *ancestors(target.pid))]
    return working(found) or [Target(pid), *map(Target, below(pid, proc))]


def below(pid: int, proc: Path = Path("/proc")) -> list[int]:
    """The descendants of a process that run Python and that we may look at; not ourselves."""
    known = (int(path.name) for path in proc.iterdir() if path.name.isdigit())
    return sorted(
        each for each in known if each != os.getpid() and is_python(proc / str(each)) and pid in ancestors(each)
    )


def is_python(process: Path) -> bool:
    """Whether the program of a process is an interpreter's; False if we may not know."""
    try:
        return "python" in (process / "exe").readlink().name
    except OSError:
        return False


def of_service(service: str | None, environ: Mapping[str, str]) -> list[Target]:
    """The processes of a run, by its service's or its folder's name; one at least. Raises ObsError."""
    run = choose(here(environ), service)
    found = working(list(in_run(run.folder)))
    if not found:
        raise ObsError(f"the processes of {run.service} are in another container: run this there ({run.folder})")
    return found


def working(found: list[Target]) -> list[Target]:
    """Without those that only fork and look after others of them, as gunicorn's arbiter."""
    parents = {pid for target in found for pid in ancestors(target.pid)}
    return [target for target in found if target.has_agent or target.pid not in parents]


KERNEL = 0x00200000
"""A thread of the kernel's own; ``PF_KTHREAD`` of linux/sched.h."""


def reachable(pid: int, proc: Path) -> None:
    """Raise if there is no such process, it is another user's, or it has nothing to look at."""
    try:
        user = (proc / str(pid)).stat().st_uid
    except OSError:
        raise ObsError(f"no process {pid} on this machine, or none that can be seen from here") from None
    if os.geteuid() not in (0, user):
        whose = owner(proc / str(pid))
        raise ObsError(f"process {pid} belongs to {whose}; run this as that user, or as root")
    with suppress(OSError, ValueError):
        state, parent, *_, flags = (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[:7]
        if state in "ZX":
            raise ObsError(f"process {pid} has ended: it is a zombie, for which process {parent} has not waited yet")
        if int(flags) & KERNEL:
            raise ObsError(f"process {pid} is a thread of the kernel: no Python runs in it")


def recorded(folder: Path) -> Iterator[Target]:
    """Every living process of every run below a runtime directory."""
    with suppress(OSError):
        for run in sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()):
            yield from in_run(run)


def in_run(folder: Path) -> Iterator[Target]:
    """The living processes of a run's service."""
    with suppress(OSError):
        for name in sorted(names(folder)):
            with suppress(OSError, ValueError), closing(FileSource(folder / name, Keys())) as source:
                source.refresh()
                if source.alive and is_here(source.directory.process):
                    yield target(folder / name, source)


def is_here(facts: Mapping[str, Any]) -> bool:
    """Whether it is the service's, and its pid means anything here."""
    own = pid_namespace()
    return bool(facts.get("role", "service") == "service" and facts.get("namespace", own) == own)


def target(path: Path, source: FileSource) -> Target:
    facts = source.directory.process
    service, env, version = (str(facts.get(name, "")) for name in ("service", "env", "version"))
    return Target(int(facts["pid"]), path, service, env, version)
