"""The routes of a Flask application, from its own url_map: imported in a process of its own, and never run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from obs.errors import ObsError
from obs.generate.lint.works import Works

PATIENCE = 60.0
"""Seconds that importing the application may take."""


def works(app: str, cwd: Path) -> Works:
    """The requests of ``module:app``, or of what the factory ``module:create_app()`` makes. Raises ObsError."""
    with tempfile.TemporaryDirectory(prefix="obs-lint-") as folder:
        answer = Path(folder) / "routes.json"
        command = [sys.executable, "-m", "obs.generate.lint.url_map", app, str(answer)]
        try:
            done = subprocess.run(
                command, cwd=cwd, env=environ(), capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise ObsError(
                f"{app}: its import did not end within {PATIENCE:g} s; is it served when it is imported?"
            ) from None
        if done.returncode or not answer.exists():
            last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise ObsError(f"{app}: its routes can't be read: {last}")
        return Works.of(app, (("request", name) for name in json.loads(answer.read_text())))


def environ() -> dict[str, str]:
    """Ours, without a run that we may be in; obs importable wherever it is."""
    root = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), root]))
    return {name: value for name, value in os.environ.items() if name != "OBS_RUN_DIR"} | {"PYTHONPATH": path}
