"""``obs run`` as a fixture."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.host.launched import DEADLINE, HERE, Launched, children


@pytest.fixture
def launch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Launched]]:
    """``launch("cmd", "arg")`` starts it under ``obs run``; whatever is left is ended after the test."""
    started: list[Launched] = []

    def start(*command: str, **options: Any) -> Launched:
        folder = Path(tmp_path_factory.mktemp("o"))
        started.append(Launched(folder, *command, **options))
        return started[-1]

    yield start
    for launched in started:
        if launched.process.poll() is None:
            left = [*children(launched.process.pid), launched.process.pid]
            for pid in left:
                os.kill(pid, signal.SIGKILL)
        launched.process.wait(DEADLINE)
        if launched.process.stdin:
            launched.process.stdin.close()


@pytest.fixture
def python(launch: Callable[..., Launched]) -> Callable[..., Launched]:
    """``python("target_x.py")`` runs one of this folder's programs under ``obs run``."""

    def start(program: str, *arguments: str, **options: Any) -> Launched:
        return launch(sys.executable, str(HERE / program), *arguments, **options)

    return start
