"""``obs top`` of a gevent service under ``obs run``, as a person has it in another terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.host.launched import Launched, until

TARGET = Path(__file__).parent / "target_busy.py"


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    launched = Launched(tmp_path, sys.executable, str(TARGET))
    yield launched
    launched.stop()


def top(launched: Launched, *options: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "OBS_RUNTIME_DIR": str(launched.runtime), "COLUMNS": "140"}
    command = [sys.executable, "-P", "-m", "obs", "top", "--once", *options]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)


def value(launched: Launched) -> dict[str, Any] | None:
    """One object in which both jobs have ended, if it is one."""
    found = top(launched, "--json", "--sort", "blocked")
    made = json.loads(found.stdout) if found.returncode == 0 else {"rows": []}
    return made if {row["name"] for row in made["rows"] if row["rate"]} == {"hog", "nap"} else None


def test_who_holds_the_loop_who_suffers_and_where(launched: Launched) -> None:
    found = until(lambda: value(launched), "both jobs")
    [hog, nap] = found["rows"]
    assert hog["name"] == "hog"
    assert 0.1 < hog["blocked"] < 1
    assert hog["clocks"]["cpu"] + hog["clocks"]["held"] > 0.04  # of 60 ms, and a fifth may not have been told of yet
    assert nap["clocks"]["wait"] > nap["clocks"]["cpu"]
    assert 0.1 < found["loop"]["busy"] < 1
    assert found["loop"]["late_p99"] > 0.01
    assert found["processes"] == 1
    assert found["own_cores"] < found["cores"]
    assert ("hog", "nap") in {(blame["culprit"], name) for blame in found["blame"] for name in blame["victims"]}
    assert "hog" in {block["work"] for block in found["blocks"]}  # a busy machine may hold others up too
    assert any("target_busy.py" in block["at"] for block in found["blocks"])
    table = top(launched).stdout
    assert "\nhog " in table
    assert "blame   hog costs" in table
