"""What can be seen of a process without its help: the stacks of its threads, by py-spy. Parked greenlets can't."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from obs.host.blocks.state import State, state
from obs.host.dump.snapshot import Frame, Greenlet, Snapshot, labelled
from obs.host.pyspy.program import program
from obs.host.pyspy.refusal import reason

PATIENCE = 5.0
"""Seconds that py-spy may take."""


def look(pid: int, service: str, why: str) -> Snapshot:
    """Its threads as py-spy sees them, without stopping it; ``why`` it was not asked itself."""
    notes = [why]
    threads: list[Greenlet] = []
    try:
        command = [program() or "py-spy", "dump", "--json", "--nonblocking", "--full-filenames", "--pid", str(pid)]
        ran = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL)
        threads = parse(ran.stdout) if ran.returncode == 0 else []
        refused = "" if threads else reason(ran.stderr.decode(errors="replace"))
    except subprocess.TimeoutExpired:
        refused = f"py-spy has seen nothing in {PATIENCE:.0f} s"
    except OSError as error:
        refused = f"py-spy, which obs[host] installs, can't be started: {error.strerror}"
    except (ValueError, KeyError, TypeError) as error:
        refused = f"py-spy: what it says can't be read: {error}"
    notes.append(
        f"no stack from outside: {refused}"
        if refused
        else "its threads from outside, by py-spy; greenlets that are parked can't be seen from there"
    )
    return Snapshot(pid, service, greenlets=tuple(threads), notes=tuple(notes), complete=False)


def parse(output: bytes) -> list[Greenlet]:
    """py-spy's threads, the one that holds the GIL first. Raises ValueError, KeyError or TypeError."""
    threads = sorted(json.loads(output), key=lambda thread: (not thread["owns_gil"], not thread["active"]))
    return [_thread(thread) for thread in threads]


def _thread(thread: dict[str, object]) -> Greenlet:
    frames: list[dict[str, object]] = thread["frames"]  # type: ignore[assignment]
    stack = tuple(Frame(str(f["name"]), str(f["filename"]), int(str(f["line"]))) for f in frames)
    return Greenlet(
        state="running" if thread["active"] else "waiting",
        stack=stack,
        kind="thread",
        name=str(thread.get("thread_name") or ""),
        work=labelled(stack),
        on="(it holds the GIL)" if thread["owns_gil"] else "",
    )


def silence(pid: int, seconds: float) -> str:
    """Why a process does not answer, as the kernel has it."""
    found = state(pid, pid)
    if found is State.STOPPED:
        return f"it does not answer: {found.value}"
    if found is State.GONE or not Path(f"/proc/{pid}").exists():
        return "it has ended"
    return f"it has not answered for {seconds:g} s: code that runs in it holds the GIL, or it has no CPU"
