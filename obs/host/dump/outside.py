"""What can be seen of a process without its help: all of it by the outside reader; its threads' stacks by py-spy.

py-spy stands in where the reader does not understand a build of Python, and where only the host process may look.
"""

from __future__ import annotations

import json
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from obs.errors import ObsError
from obs.host.agents.client import Client
from obs.host.blocks.state import State, state
from obs.host.dump import reading
from obs.host.dump.groups import cleaned
from obs.host.dump.snapshot import Frame, Greenlet, Snapshot, labelled
from obs.host.profile.targets import Target
from obs.host.pyspy.looking import PATIENCE, Looked, Looking, unstartable
from obs.host.pyspy.refusal import FORBIDDEN
from obs.metrics.directory import Keys
from obs.metrics.reader import names
from obs.metrics.source import FileSource

READ = "every greenlet from outside, by its memory: since when, and its trace, can't be seen from there"
SEEN = "its threads from outside, by py-spy; greenlets that are parked can't be seen from there"


def look(target: Target, why: str) -> Snapshot:
    """All that can be seen of the process, without stopping it; ``why`` it was not asked itself."""
    try:
        found, torn = reading.read(target.pid)
    except ObsError as error:
        return by_pyspy(target, why, str(error))
    lost = (f"{torn} greenlets went on while they were read, and are left out",) if torn else ()
    notes = (why, *halted(target.pid), READ, *lost)
    return Snapshot(target.pid, target.service, greenlets=tuple(found), notes=notes, complete=False)


def halted(pid: int) -> tuple[str, ...]:
    """That it is stopped, if it is: its greenlets look as if they waited."""
    return (State.STOPPED.value,) if state(pid, pid) is State.STOPPED else ()


def by_pyspy(target: Target, why: str, unread: str) -> Snapshot:
    """The process's threads as py-spy sees them; ``unread``: why the reader can't."""
    looked = by_ourselves(target.pid)
    if looked.refused == FORBIDDEN and target.file is not None:
        looked = by_host(target.file.parent, target.pid) or looked
    threads, refused = read(looked)
    notes = (unread, f"no stack from outside: {refused}") if refused else (SEEN, unread)
    told = (why, *halted(target.pid), *notes)
    return Snapshot(target.pid, target.service, greenlets=tuple(threads), notes=told, complete=False)


def by_ourselves(pid: int) -> Looked:
    try:
        looking = Looking(pid)
    except OSError as error:
        return unstartable(error)
    try:
        while (looked := looking.result()) is None:
            time.sleep(0.005)
        return looked
    finally:
        looking.end()


def by_host(run_dir: Path, pid: int) -> Looked | None:
    """By the host process of the run, which may; None if there is none that answers."""
    with suppress(ObsError):
        for metrics, host in hosts(run_dir):
            with Client(metrics, host) as client:
                for part in client.ask("stack", {"pid": pid}, quiet=PATIENCE + 1.0):
                    return Looked(part["document"].encode(), part["refused"])
    return None


def hosts(run_dir: Path) -> list[tuple[Path, int]]:
    """The metric file and the pid of the run's host process, if one lives."""
    found = []
    with suppress(OSError):
        for name in names(run_dir):
            with suppress(OSError, ValueError), closing(FileSource(run_dir / name, Keys())) as source:
                source.refresh()
                if source.alive and source.directory.process.get("role") == "host":
                    found.append((run_dir / name, int(source.directory.process["pid"])))
    return found


def read(looked: Looked) -> tuple[list[Greenlet], str]:
    """The threads, the one that holds the GIL first; or why there are none."""
    if looked.refused:
        return [], looked.refused
    try:
        threads = sorted(json.loads(looked.document), key=lambda thread: (not thread["owns_gil"], not thread["active"]))
        found = [_thread(thread) for thread in threads]
        return [thread for thread in found if cleaned(thread.stack) or not thread.stack], ""  # not obs's own
    except (ValueError, KeyError, TypeError) as error:
        return [], f"py-spy: what it says can't be read: {error!r}"


def _thread(thread: dict[str, Any]) -> Greenlet:
    stack = tuple(Frame(str(f["name"]), str(f["filename"]), int(f["line"])) for f in thread["frames"])
    return Greenlet(
        state="running" if thread["active"] else "waiting",
        stack=stack,
        kind="thread",
        name=str(thread.get("thread_name") or ""),
        work=labelled(stack),
        on="(holds the GIL)" if thread["owns_gil"] else "",
    )


def silence(pid: int, seconds: float) -> str:
    """Why a process does not answer, as the kernel has it."""
    found = state(pid, pid)
    if found is State.STOPPED:
        return f"it does not answer: {found.value}"
    if found is State.GONE or not Path(f"/proc/{pid}").exists():
        return "it has ended"
    return f"it has not answered for {seconds:g} s: code that runs in it holds the GIL, or it has no CPU"
