"""Where py-spy is."""

from __future__ import annotations

import shutil
import sys
from functools import cache
from pathlib import Path


@cache
def program() -> str | None:
    """Where py-spy is: beside this Python, else on the PATH; None if it isn't installed."""
    beside = Path(sys.executable).parent / "py-spy"
    return str(beside) if beside.exists() else shutil.which("py-spy")
