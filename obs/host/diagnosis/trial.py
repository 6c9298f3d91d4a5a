"""The service's command, started for a moment: until it serves, with obs inside reporting what it sees."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from obs.host.diagnosis.listening import cpu_time, members, serves
from obs.host.environment import prefixed
from obs.runtime.report import Report

QUIET = 0.5
"""Seconds of little CPU that mean "started": after the first listening socket workers fork, and import for a while."""
BUSY = 0.1
"""The part of a CPU that is still busy starting."""


STEPS = ((signal.SIGINT, 5.0), (signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0))
"""How the command is ended: a signal, and the seconds until the next one."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What was seen."""

    code: int | None
    """The exit code if the command ended by itself; None if it ran until it was stopped."""
    served: bool
    """Whether it listened on some port."""
    output: str
    """The end of what it printed before it was stopped."""
    reports: tuple[Report, ...]


def run(command: tuple[str, ...], environ: Mapping[str, str], seconds: float) -> Trial:
    """Start ``command``, wait until it serves or ``seconds`` are over, stop it as a Ctrl-C would, read its reports.

    Raises OSError if it can't be started.
    """
    with tempfile.TemporaryDirectory(prefix="obs-doctor-") as name, tempfile.TemporaryFile() as output:
        folder = Path(name)
        (folder / "reports").mkdir()
        process = subprocess.Popen(
            command,
            env=inside(environ, folder),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            served = watch(process, seconds)
            code, said = process.poll(), tail(output.fileno())
        finally:
            stop(process)
        return Trial(code, served, said, tuple(reports(folder / "reports")))


def inside(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """``environ`` with obs let in, and everything that it writes in ``folder``."""
    outer = ("OBS_RUN_DIR", "OBS_SPAN_SOCKET")  # of a run that the doctor itself is in
    return {
        **{name: value for name, value in environ.items() if name not in outer},
        "PYTHONPATH": prefixed(environ.get("PYTHONPATH", "")),
        "OBS_RUNTIME_DIR": str(folder / "run"),
        "OBS_DOCTOR": str(folder / "reports"),
    }


def watch(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait until the command has served for a moment, has ended, or ``seconds`` are over; whether it served."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        if serves(process.pid):
            settle(process, deadline)
            return True
        time.sleep(0.05)
    return False


def settle(process: subprocess.Popen[bytes], deadline: float) -> None:
    """Wait until the session is quiet, or ``deadline`` (a monotonic time)."""
    ticks, used = os.sysconf("SC_CLK_TCK"), -1
    while time.monotonic() < deadline and process.poll() is None:
        before, used = used, cpu_time(process.pid)
        if before >= 0 and abs(used - before) < BUSY * QUIET * ticks:
            return
        time.sleep(QUIET)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the command and all of its session: as Ctrl-C would, so that it can report at its exit; then for good."""
    for number, patience in STEPS:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        if ended(process, patience):
            return


def ended(process: subprocess.Popen[bytes], patience: float) -> bool:
    """Whether the whole session is gone within ``patience`` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process.poll() is not None and not any(members(process.pid)):
            return True
        time.sleep(0.02)
    return False


def tail(fd: int, size: int = 4000) -> str:
    """The last ``size`` bytes of a file, as text."""
    end = os.lseek(fd, 0, os.SEEK_END)
    return os.pread(fd, size, max(0, end - size)).decode(errors="replace").strip()


def reports(folder: Path) -> Iterator[Report]:
    """What the processes wrote."""
    for path in sorted(folder.glob("*.json")):
        yield json.loads(path.read_text())
