"""Running ``obs run`` as a person does: a process, its standard streams, its signals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DEADLINE = 30.0


def until(found: Callable[[], Any], what: str = "it") -> Any:
    """What ``found()`` returns as soon as that is true."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.01)
    raise AssertionError(f"{what} did not come in {DEADLINE} s")


def children(pid: int) -> list[int]:
    """The living children of a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


class Launched:
    """A running ``obs run``, with what it says going to files, so that a full pipe never holds it up."""

    def __init__(
        self, folder: Path, *command: str, options: tuple[str, ...] = (), through: str = "", **popen: Any
    ) -> None:
        self.runtime = folder / "run"
        self._out, self._err = folder / "out", folder / "err"
        # A program may come before ours, as systemd and the like do.
        before = [sys.executable, "-c", through] if through else []
        environ = {**os.environ, "OBS_RUNTIME_DIR": str(self.runtime), "OBS_PORT": "0", **popen.pop("env", {})}
        environ = {name: value for name, value in environ.items() if value is not None}
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [*before, sys.executable, "-P", "-m", "obs", "run", "--service", "shop", *options, "--", *command],
                **{"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err, "env": environ, **popen},
            )

    @property
    def out(self) -> str:
        return self._out.read_text()

    @property
    def err(self) -> str:
        return self._err.read_text()

    def says(self, text: str) -> Launched:
        """Wait until the service's standard output has ``text`` in it."""
        until(lambda: text in self.out, f"{text!r} on stdout (stderr: {self.err})")
        return self

    def signal(self, number: int) -> Launched:
        self.process.send_signal(number)
        return self

    def end(self, seconds: float = DEADLINE) -> int:
        return self.process.wait(seconds)

    def stop(self) -> int:
        return self.signal(signal.SIGTERM).end()

    @property
    def host(self) -> int | None:
        """The pid of the host process, None while there is none."""
        for pid in children(self.process.pid):
            if b"obs.host.process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        return None

    def url(self, path: str) -> str:
        base = until(lambda: re.search(r"http://\S+?:\d+", self.err), "the line with the URL")[0]
        return f"{base}{path}"

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url(path), timeout=DEADLINE) as answer:
            return answer.read().decode()

    def health(self) -> dict[str, Any]:
        return json.loads(self.get("/healthz"))
