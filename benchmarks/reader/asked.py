"""The target, from outside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.harness import BenchmarkError


class Target:
    """One that runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process, self.pid = process, process.pid

    def begin(self, **asked: int) -> None:
        """Ask for something."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def end(self) -> dict[str, Any]:
        """What came of it."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise BenchmarkError("the target has ended")
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, **asked: int) -> dict[str, Any]:
        self.begin(**asked)
        return self.end()


@contextmanager
def target(threads: int = 1) -> Iterator[Target]:
    """One with so many threads, all but one of which sleep."""
    command = [sys.executable, str(Path(__file__).with_name("target.py")), str(threads - 1)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Target(process)
        finally:
            process.kill()
