"""One look by py-spy at every thread of a process, which it doesn't stop."""

from __future__ import annotations

import subprocess
import tempfile
from time import monotonic
from typing import NamedTuple

from obs.host.pyspy.program import program
from obs.host.pyspy.refusal import reason

PATIENCE = 5.0
"""Seconds that it may take; a process whose stacks change all the time is tried again and again."""


class Looked(NamedTuple):
    """What py-spy has seen."""

    document: bytes = b""
    """In its own JSON: a list of threads."""
    refused: str = ""
    """Why there is nothing."""


class Looking:
    """A py-spy that looks."""

    def __init__(self, pid: int) -> None:
        """Raises OSError if it can't be started."""
        self._until = monotonic() + PATIENCE
        self._output, self._errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115  see end
        options = ["--json", "--nonblocking", "--full-filenames", "--pid", str(pid)]
        try:
            self._process = subprocess.Popen(
                [program() or "py-spy", "dump", *options],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._errors,
            )
        except OSError:
            self._close()
            raise

    def result(self) -> Looked | None:
        """What it has seen; None while it looks. Then comes :meth:`end`."""
        if self._process.poll() is None:
            return None if monotonic() < self._until else Looked(refused=f"py-spy has seen nothing in {PATIENCE:.0f} s")
        for file in (self._output, self._errors):
            file.seek(0)
        document = self._output.read()
        if self._process.returncode or not document:
            return Looked(refused=reason(self._errors.read().decode(errors="replace")))
        return Looked(document)

    def end(self) -> None:
        """Let nothing of it be left."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._close()

    def _close(self) -> None:
        self._output.close()
        self._errors.close()


def unstartable(error: OSError) -> Looked:
    """What is said if it can't be started."""
    return Looked(refused=f"py-spy, which obs[host] installs, can't be started: {error.strerror}")
