"""Against blocks whose truth is known: each of over 50 ms once, by the right work, and as long as it was; no other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from obs.metrics.rings import Rings
from obs.runtime.blocks.block import Block, unpacked

HERE = Path(__file__).parent
LONG = 0.05
THRESHOLD = 0.02


class Ran:
    """What was true, and what was recorded, by work."""

    def __init__(self, run_dir: Path, *args: str) -> None:
        environ = {**os.environ, "OBS_RUN_DIR": str(run_dir), "OBS_BLOCK_LOG": "1h", "OBS_RUNTIME_DIR": str(run_dir)}
        ran = subprocess.run(
            [sys.executable, "-W", "error", str(HERE / "target_truth.py"), *args],
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
            env=environ,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        said = json.loads(ran.stdout)
        assert said["faults"] == {}
        self.truth: defaultdict[str, list[float]] = defaultdict(list)
        for work, seconds in said["truth"]:
            self.truth[work].append(seconds)
        self.recorded: defaultdict[str, list[Block]] = defaultdict(list)
        for file in Rings(run_dir).look():
            for record in file.image().records:
                block = unpacked(record.value)
                self.recorded[block.work].append(block)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("r") / "run"
    folder.mkdir(0o700)
    return Ran(folder, "burn", "sleep", "query", "match")


def near(truth, found):
    return abs(truth - found) <= 0.1 * truth + 0.001


def test_each_block_is_recorded_once_with_its_work_and_its_duration(ran):
    wrong = []
    for work, truths in ran.truth.items():
        found = sorted(block.duration for block in ran.recorded[work])
        long = sorted(seconds for seconds in truths if seconds >= LONG)
        longest = found[len(found) - len(long) :]
        if len(longest) != len(long) or not all(map(near, long, longest)):
            wrong.append((work, truths, found))
    assert wrong == []


def test_none_is_invented(ran):
    """Also not on a loop that waits, or that runs many short slices."""
    for work, blocks in ran.recorded.items():
        if work in ran.truth:
            true = [seconds for seconds in ran.truth[work] if seconds > 0.9 * THRESHOLD]
            assert len(blocks) <= len(true), work
        else:
            # What the program itself does beside its blocks: imports, at its start.
            assert work == "(unattributed)", work


def test_what_it_was_is_told(ran):
    for way, doing in (("sleep", "sleep"), ("query", "sql"), ("burn", "")):
        (block,) = ran.recorded[f"{way} 0.4 alone"]
        assert block.doing == doing
        # A machine that gives the watching thread no CPU looks as if somebody held the GIL: rarely, and not each time.
        long = [each for work, found in ran.recorded.items() if work.startswith(way) for each in found]
        assert not all(each.gil_held for each in long if each.duration > 0.1), way
        assert 3 <= len(block.stacks) <= 7
        ages = [stack.at for stack in block.stacks]
        assert all(later > earlier for earlier, later in pairwise(ages))
        inner, *outer = block.stacks[0].frames
        assert inner.startswith("target_truth.py:")
        assert "target_truth.py" in block.at
        assert f"<obs> {way} 0.4 alone" in outer or "obs/" not in " ".join(outer)
    (block,) = ran.recorded["sleep 0.4 alone"]
    assert block.cpu < 0.1
    assert block.held > 0.3
    assert (block.kind, block.thread) == ("job", "MainThread")
    regexes = [block for work, found in ran.recorded.items() if work.startswith("match") for block in found]
    assert all(block.gil_held for block in regexes if block.duration > 0.1)
    assert all(block.call == "re.match" for block in regexes if block.call)


def test_others_that_waited_are_its_victims(ran):
    (found,) = ran.recorded["culprit"]
    (victim,) = found.victims
    assert (victim.work, victim.times) == ("victim", found.victims_count) == ("victim", 5)
    assert victim.seconds == pytest.approx(found.victims_seconds) == pytest.approx(5 * 0.185, rel=0.1)
