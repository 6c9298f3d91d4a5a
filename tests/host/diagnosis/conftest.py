"""Situations with one thing planted in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from obs.host.diagnosis.situation import Situation
from obs.host.diagnosis.target import Target
from obs.host.diagnosis.trial import Trial
from obs.runtime.report import Report


@pytest.fixture
def situation(tmp_path: Path) -> Callable[..., Situation]:
    """``situation(OBS_PORT="1", command=…)``: capitals are the environment, the rest are fields."""

    def make(**given: Any) -> Situation:
        environ = {"OBS_SERVICE": "s", "OBS_RUNTIME_DIR": str(tmp_path / "run"), "OBS_PORT": "0"}
        environ |= {name: given.pop(name) for name in list(given) if name.isupper()}
        root = tmp_path / "root"
        root.mkdir(exist_ok=True)
        return replace(Situation.of(environ, tmp_path), **{"root": root, "target": Target(), **given})

    return make


@pytest.fixture
def plant(tmp_path: Path) -> Callable[[str, str], None]:
    """``plant("proc/…", text)``: a file of the system."""

    def write(path: str, text: str) -> None:
        file = tmp_path / "root" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return write


@pytest.fixture
def tried() -> Callable[..., Trial]:
    """``tried(holders=[…])``: a trial with one report, whose other fields are those of a clean process."""

    def make(**report: Any) -> Trial:
        clean = Report(
            pid=7,
            event="exit",
            argv=["python", "app.py"],
            python="3.12.1",
            patched=["socket", "threading"],
            gevent=True,
            holders=[],
            threads=[],
            gunicorn=None,
            agents=[],
            grpc=False,
        )
        return Trial(code=None, served=True, output="", reports=({**clean, **report},))  # type: ignore[typeddict-item]

    return make
