"""A subject in a process of its own, so that its patches touch no other; it stays warm and does as it is told.

A request and its answer are one line of JSON each, over the child's stdin and stdout.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import IO, Any

from benchmarks.harness.errors import BenchmarkError

Message = Mapping[str, Any]


class Child:
    """The parent's end: starts ``python -m MODULE ARGUMENTS…`` and asks it. Leaving the context ends the child."""

    def __init__(self, module: str, *arguments: str, environ: Mapping[str, str], deadline: float = 120.0) -> None:
        """``environ`` is added to this process's; ``deadline`` is how many seconds one answer may take."""
        self.name = " ".join((module, *arguments))
        self.deadline = deadline
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | environ,
        )

    def ask(self, **request: Any) -> Message:
        """The child's answer. Raises BenchmarkError if it died, or answers nothing within the deadline."""
        stdin, stdout = self._pipes()
        try:
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
        except BrokenPipeError as error:
            raise BenchmarkError(f"{self.name} ended by itself, with {self.process.wait()}") from error
        if not select.select([stdout], [], [], self.deadline)[0]:
            raise BenchmarkError(f"{self.name} gave no answer to {request} in {self.deadline:g} s")
        if not (line := stdout.readline()):
            raise BenchmarkError(f"{self.name} ended by itself, with {self.process.wait()}")
        answer: Message = json.loads(line)
        return answer

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        if self.process.stdin is None or self.process.stdout is None:
            raise BenchmarkError(f"{self.name} has no pipes")  # Popen was asked for both
        return self.process.stdin, self.process.stdout

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        """Close its stdin, which ends :func:`serve`; kill it if it isn't gone in 5 seconds."""
        stdin, stdout = self._pipes()
        with suppress(BrokenPipeError):  # it is gone already
            stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        stdout.close()


def serve(answer: Callable[[Message], Message], lines: Iterable[str] | None = None) -> None:
    """The child's end: answer each line of stdin until it is closed; ``lines`` is another way to read it.

    What anybody prints goes to stderr meanwhile: stdout belongs to the answers.
    """
    with os.fdopen(os.dup(sys.stdout.fileno()), "w") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        for line in sys.stdin if lines is None else lines:
            print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
