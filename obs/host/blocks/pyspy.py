"""One stack of another process by py-spy, which needs neither its GIL nor its help."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

from obs.host.pyspy.program import program
from obs.host.pyspy.refusal import reason
from obs.labels import FILE
from obs.profiling.session import Source
from obs.runtime.blocks import calls, shots
from obs.runtime.blocks.block import MOST_FRAMES
from obs.runtime.blocks.calls import Call

PATIENCE_NS = 5_000_000_000
"""How long it may take; then it is killed."""


@dataclass(frozen=True, slots=True)
class Dump:
    """What py-spy has seen."""

    frames: tuple[tuple[str, int, str], ...] = ()
    """File, line and function of the thread that holds the GIL, the innermost frame first."""
    refused: str = ""
    """Why there are none."""
    source: Source = "py-spy"
    """Who has looked."""

    @property
    def work(self) -> str:
        """The name of the work that it was in, by its label; empty if there is none."""
        return next((function for file, _, function in self.frames if file == FILE), "")

    @property
    def outer(self) -> tuple[tuple[str, int, str], ...]:
        """Without obs's own frames, but for the labels."""
        return tuple(frame for frame in self.frames if not frame[0].startswith(shots.OBS))

    @property
    def own(self) -> tuple[str, ...]:
        """The frames of the service's own code within the label; a few."""
        return shots.own(self.outer)

    @property
    def at(self) -> str:
        """The innermost of them, else the innermost of all."""
        return next(iter((*self.own, *self.texts)), "")

    @property
    def call(self) -> Call:
        """The call that the innermost frame is in, if it is of a known kind."""
        return calls.on_line(*self.outer[0]) if self.outer else calls.NONE

    @property
    def texts(self) -> tuple[str, ...]:
        """The frames as a record has them."""
        return tuple(shots.text(*frame) for frame in self.outer)[:MOST_FRAMES]


class Dumping:
    """A py-spy that runs. It doesn't stop the process that it looks at: a block is not to be made longer."""

    def __init__(self, pid: int) -> None:
        """Raises OSError if it can't be started."""
        self.started_ns = perf_counter_ns()
        self._output, self._errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115  see _close
        command = [program() or "py-spy", "dump", "--json", "--nonblocking", "--pid", str(pid)]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._errors
            )
        except OSError:
            self._close()
            raise

    def result(self) -> Dump | None:
        """What it has seen; None while it is still looking."""
        if self._process.poll() is None:
            if perf_counter_ns() - self.started_ns < PATIENCE_NS:
                return None
            self._process.kill()
            self._process.wait()
        try:
            for file in (self._output, self._errors):
                file.seek(0)
            return parse(self._process.returncode, self._output.read(), self._errors.read())
        finally:
            self._close()

    def _close(self) -> None:
        self._output.close()
        self._errors.close()


def parse(code: int, output: bytes, errors: bytes) -> Dump:
    """py-spy's answer: the thread that holds the GIL; if none does at that moment, the first that bears a label."""
    try:
        threads = json.loads(output) if not code else []
        found = sorted(threads, key=rank)
        return Dump(tuple((f["filename"], int(f["line"]), f["name"]) for f in found[0]["frames"]))
    except (ValueError, IndexError, KeyError, TypeError):
        return Dump(refused=reason(errors.decode(errors="replace")))


def rank(thread: dict[str, Any]) -> tuple[bool, bool]:
    labelled = any(frame["filename"] == FILE for frame in thread["frames"])
    return not thread["owns_gil"], not labelled
