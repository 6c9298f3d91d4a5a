"""A recording of one process by py-spy: started, ended early or not, and what came of it.

It never pauses the process (``--nonblocking``). Measured on a gevent worker under load, at 400 Hz: 0 wrong of 1,833
samples inside a Work, 3% not readable because the stack changed meanwhile (they are counted); with pauses 0 of 1,696
and none lost, but threads that were asleep are woken and seen four times as often, and a py-spy that is killed may
leave the process stopped. Threads are told apart (``--threads``), idle ones left out: a thread counts while the kernel
says that it runs. ``--gil`` would miss C code that computes without it. The speedscope format is read: ``raw`` splits
on ``;``.

``--native`` only where it is asked for: it can't be had without pauses, and it merges wrongly under greenlets
(https://github.com/benfred/py-spy/issues/210).
"""

from __future__ import annotations

import math
import re
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from obs.host.cpu.recorded import Recorded
from obs.host.pyspy.program import program
from obs.host.pyspy.refusal import reason
from obs.profiling.outside.speedscope import read
from obs.profiling.session import SessionError, View

PREFIX = "obs-profile-"
"""Of the name of the folder in which it writes."""

PATIENCE = 10.0
"""Seconds that it may take to write what it has; then it is killed."""

SPARE = 30
"""Seconds after its time at which it ends by itself, should nobody be left to end it."""


STARTING = 0.6
"""Seconds in which a py-spy that is refused has ended."""

WITHOUT_PAUSES, NATIVE = "--nonblocking", "--native"

PAUSED = ": machine code is read with py-spy's pauses, and may be merged wrongly with the frames of greenlets"


class Recording:
    """A py-spy that runs, in a session of its own: the terminal's Ctrl-C is for us, who tell it to end."""

    settles = STARTING
    views: tuple[View, ...] = ("cpu",)

    def __init__(
        self, pid: int, rate: int, seconds: float, folder: Path | None = None, *, native: bool = False
    ) -> None:
        """``rate``: looks per second. ``folder``: where its own folder is to be. Raises OSError if it can't start."""
        self._native = native
        self._folder = tempfile.TemporaryDirectory(prefix=PREFIX, dir=folder)
        self._file = Path(self._folder.name) / "profile.json"
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed in result
        options = [NATIVE if native else WITHOUT_PAUSES, "--threads", "--full-filenames", "--format", "speedscope"]
        limits = ["--rate", str(rate), "--duration", str(math.ceil(seconds) + SPARE)]
        command = [program() or "py-spy", "record", *options, *limits, "--pid", str(pid), "--output", str(self._file)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                start_new_session=True,
            )
        except OSError:
            self._close()
            raise

    @property
    def over(self) -> bool:
        """Whether it has ended: it was refused, or the process is gone."""
        return self._process.poll() is not None

    def begin(self) -> None:
        """Nothing can be forgotten: its looks are all that there is, from the first on."""

    def end(self) -> None:
        """Tell it to write what it has. It may take a moment."""
        if not self.over:
            self._process.send_signal(signal.SIGINT)

    def result(self) -> Recorded:
        """What it has seen; once, at the end."""
        try:
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._errors.seek(0)
            return recorded(self._document(), self._errors.read().decode(errors="replace"), native=self._native)
        finally:
            self._close()

    def _document(self) -> bytes:
        with suppress(OSError):
            return self._file.read_bytes()
        return b""

    def _close(self) -> None:
        self._errors.close()
        self._folder.cleanup()


def recorded(document: bytes, errors: str, *, native: bool = False) -> Recorded:
    """What a py-spy that wrote ``document`` and said ``errors`` has seen."""
    if not document:
        return Recorded(refused=reason(errors))
    try:
        seen = tuple(read(document))
    except SessionError as error:
        return Recorded(refused=str(error))
    found = re.search(r"Errors: (\d+)", errors)
    return Recorded(seen, int(found.group(1)) if found else 0, notes=(PAUSED,) if native else ())
