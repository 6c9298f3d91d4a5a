"""The whole of it in real programs: the delay is as long as it was, and charged to who ran meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TARGET = Path(__file__).with_name("target_story.py")


@pytest.fixture(params=["libev-cext", "libev-cffi", "libuv"])
def played(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Any]:
    """What a scene came to; in each what is charged is the delay that is counted, which is the true one."""

    def run(scene: str) -> Any:
        program = ["timeout", "30", sys.executable, "-W", "error", str(TARGET), scene]
        env = {**os.environ, "GEVENT_LOOP": request.param, "OBS_RUNTIME_DIR": str(tmp_path / "run")}
        ran = subprocess.run(program, capture_output=True, text=True, check=False, env=env)
        assert ran.returncode == 0, ran.stderr
        assert all(line.startswith("loop blocked") for line in ran.stderr.splitlines()), ran.stderr  # the blocks' log
        said = json.loads(ran.stdout)
        assert said["faults"] == {}
        delay = said["delay"].get("job|reader||delay", 0.0)
        assert delay == pytest.approx(said["true"].get("reader", 0.0), rel=0.05, abs=0.01)
        behind = {who: s for who, s in _pairs(said).items() if who[1] == "reader"}
        assert sum(behind.values()) == pytest.approx(delay, rel=0.02, abs=0.01)
        assert said["estimated"] <= 0.05 * delay + 0.005
        return said

    return run


def _pairs(said: Any) -> dict[tuple[str, ...], float]:
    return {tuple(pair.split("|")): seconds for pair, seconds in said["charged"].items()}


def test_a_block_is_charged_with_each_of_its_victims(played):
    said = played("block")
    assert _pairs(said)["export", "reader"] > 0.9 * said["true"]["reader"] > 4.0
    worst, *others = said["victims"]
    assert worst == ["reader", 20, pytest.approx(said["true"]["reader"], rel=0.05)]
    assert sum(seconds for _, _, seconds in others) < 0.01  # who lost the CPU for a moment


def test_many_short_slices_show_as_well_as_one_long_block(played):
    said = played("slices")
    assert said["true"]["reader"] > 0.15
    # The rest is of greenlets that have no work yet, and of the loop: the more, the slower the machine.
    assert _pairs(said)["poll", "reader"] > 0.75 * said["true"]["reader"]


def test_each_culprit_bears_its_own_part(played):
    pairs = _pairs(played("two_culprits"))
    assert pairs["small", "reader"] == pytest.approx(0.05, rel=0.2)
    assert pairs["big", "reader"] == pytest.approx(0.15, rel=0.2)
    assert pairs["small", "big"] == pytest.approx(0.05, rel=0.2)


def test_data_that_comes_in_the_middle_of_a_block_shows_its_true_delay(played):
    said = played("data")
    assert _pairs(said)["export", "reader"] == pytest.approx(0.2, abs=0.03)


def test_what_a_work_does_to_itself_is_charged_to_nobody(played):
    assert sum(_pairs(played("siblings")).values()) < 0.005
