"""A program that the demo runs: started apart from the terminal, watched, and ended for certain."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from obs.errors import ObsError

LAST_LINES = 12
"""Lines of its output that are shown when it dies."""


class Component:
    """One program, in a session of its own: the terminal's Ctrl-C reaches only the demo, which ends the others."""

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, *, cwd: Path, environ: Mapping[str, str], patience: float
    ) -> None:
        """Start ``command``. ``patience`` is how many seconds it may take to end. Raises ObsError."""
        self.name, self.patience = name, patience
        self.stopped = False
        """Whether it ran until :meth:`stop`."""
        self.output, self.log = folder / f"{name}.out", folder / f"{name}.log"
        try:
            with self.output.open("wb") as output, self.log.open("wb") as log:
                self.process = subprocess.Popen(
                    command,
                    cwd=cwd,
                    env=environ,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            raise ObsError(f"the {name} can't be started: {command[0]}: {error.strerror}") from error

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def check(self) -> None:
        """Raise ObsError with the end of its output if it has died."""
        if not self.running:
            raise ObsError(self.report(f"ended by itself ({self.how()})"))

    def how(self) -> str:
        """How it ended."""
        code = self.process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def report(self, event: str) -> str:
        """``event`` in one line, and the last lines of what it said."""
        lines = [line for file in (self.output, self.log) for line in tail(file)]
        return "\n  ".join([f"the {self.name} {event}{'; it said:' if lines else ' and said nothing'}", *lines])

    def stop(self) -> None:
        """End it and what it started: ask, wait for ``patience`` seconds, then insist. Never raises."""
        if self.running:
            self.stopped = True
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(self.patience)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)  # its session's group: nothing of it stays behind
        self.process.wait()


def tail(file: Path) -> list[str]:
    """The last lines of ``file``, without the empty ones; none if it can't be read."""
    try:
        text = file.read_text(errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-LAST_LINES:]
