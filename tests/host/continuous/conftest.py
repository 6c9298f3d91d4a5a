"""What the tests of the continuous profile share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from obs.config import Config
from obs.metrics import active
from obs.metrics.catalog import OBS_SELF_DROPPED_PROFILES
from tests.host.continuous.fake_pyroscope import Pyroscope


@pytest.fixture
def pyroscope() -> Iterator[Callable[..., Pyroscope]]:
    """``pyroscope(503, 503)`` starts a server that answers so at first."""
    started: list[Pyroscope] = []

    def start(*answers: int) -> Pyroscope:
        started.append(Pyroscope(answers))
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., Config]:
    """``config(OBS_PROFILE_RATE="20")`` with this test's own folders."""

    def load(**environ: Any) -> Config:
        return Config.load({"OBS_RUNTIME_DIR": str(tmp_path / "run"), "OBS_SERVICE": "shop", **environ}, tmp_path)

    return load


@pytest.fixture
def drops(config: Callable[..., Config], tmp_path: Path) -> Iterator[Callable[[str], float]]:
    """``drops(reason)``: what this process has counted, in a store of its own."""
    folder = tmp_path / "metrics"
    folder.mkdir(0o700)
    active.activate(replace(config(), run_dir=folder), role="host")

    def counted(reason: str) -> float:
        counter = active.store().counter(OBS_SELF_DROPPED_PROFILES, reason)
        return float(counter.cells[counter.index])

    yield counted
    active.deactivate()
