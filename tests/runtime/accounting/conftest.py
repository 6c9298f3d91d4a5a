"""Target programs: gevent patched as their first act, accounting on, and a scene whose truth is known."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TARGETS = Path(__file__).parent


@pytest.fixture
def target() -> Callable[..., Any]:
    """Run ``target_NAME.py`` with warnings as errors; returns the JSON that it prints. It must say nothing else."""

    def run(name: str, *args: str) -> Any:
        program = [sys.executable, "-W", "error", str(TARGETS / f"target_{name}.py"), *args]
        ran = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
        return json.loads(ran.stdout)

    return run


@pytest.fixture
def scene(target: Callable[..., Any]) -> Callable[[str], Any]:
    """Play a scene of target_scenes.py."""
    return lambda name: target("scenes", name)
