"""Small programs in processes of their own, and short ways to ask a run folder."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from obs.metrics.catalog import HTTP_SERVER_REQUEST_DURATION, OBS_REQUEST_DISCONNECTS
from obs.metrics.reader import Reader
from obs.metrics.store import Identity, Store

IDENTITY = Identity("chat", "prod", "1.2.3")

PREAMBLE = """
import json, os, signal, sys, threading, time
from pathlib import Path
from obs.metrics.catalog import *
from obs.metrics.store import Identity, Store
from obs.metrics.reader import Reader
from obs.metrics.fold import fold
RUN_DIR = Path(sys.argv[1])
IDENTITY = Identity("chat", "prod", "1.2.3")
"""

PATCH = "from gevent import monkey; monkey.patch_all()\n"


def program(source: str, run_dir: Path, *, patched: bool = False, env: dict[str, str] | None = None):
    """Start a target program; it has the imports of PREAMBLE, and RUN_DIR."""
    code = (PATCH if patched else "") + PREAMBLE + textwrap.dedent(source)
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, str(run_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )


def run(source: str, run_dir: Path, *, patched: bool = False, env: dict[str, str] | None = None) -> str:
    """Run a target program to its end; returns what it printed."""
    with program(source, run_dir, patched=patched, env=env) as target:
        output, _ = target.communicate(timeout=60)
    assert target.returncode == 0, output
    return output


def values(run_dir: Path, *, exemplars: bool = False) -> dict[tuple[str, ...], list[float]]:
    """Every series of a run: ``(name, labels...)`` to cells."""
    reader = Reader(run_dir)
    try:
        return of(reader)
    finally:
        reader.close()


def of(reader: Reader) -> dict[tuple[str, ...], list[float]]:
    return {(key.metric.name, *key.labels): cells for key, cells in reader.snapshot().series.items()}


def files(run_dir: Path) -> list[str]:
    return sorted(path.name for path in run_dir.glob("*.obs"))


def disconnects(store: Store, route: str = "/x"):
    return store.counter(OBS_REQUEST_DISCONNECTS, route)


def durations(store: Store, route: str = "/x"):
    return store.histogram(HTTP_SERVER_REQUEST_DURATION, route, "GET", "200", "")
