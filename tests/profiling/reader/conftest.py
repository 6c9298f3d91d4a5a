"""Target programs, each a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent

Start = Callable[..., tuple[int, str]]


@contextmanager
def running(name: str, *args: str) -> Iterator[tuple[int, str]]:
    """The target's pid, and the line that it has said."""
    command = [sys.executable, str(HERE / f"target_{name}.py"), *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process.pid, process.stdout.readline()
        finally:
            process.kill()


@pytest.fixture
def start() -> Iterator[Start]:
    with ExitStack() as stack:
        yield lambda name, *args: stack.enter_context(running(name, *args))
