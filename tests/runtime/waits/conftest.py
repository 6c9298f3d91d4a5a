"""Target programs with gevent patched as their first act."""

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
    """Run ``target_NAME.py``; returns the JSON that it prints."""

    def run(name: str, *args: str) -> Any:
        program = [sys.executable, str(TARGETS / f"target_{name}.py"), *args]
        ran = subprocess.run(program, capture_output=True, text=True, timeout=90, check=False)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return run
