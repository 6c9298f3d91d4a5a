"""Loops that stamp: chosen for new hubs, as the service chose them, and exactly taken back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from obs.runtime.ready import loops

Try = Callable[[str], Any]
TARGET = Path(__file__).with_name("target_stamps.py")


@pytest.fixture(params=["libev-cext", "libev-cffi", "libuv"])
def tried(request: pytest.FixtureRequest) -> Try:
    def run(name: str) -> Any:
        program = ["timeout", "30", sys.executable, "-W", "error", str(TARGET), name]
        env = {**os.environ, "GEVENT_LOOP": request.param}
        ran = subprocess.run(program, capture_output=True, text=True, check=False, env=env)
        assert (ran.returncode, ran.stderr) == (0, "")
        said = json.loads(ran.stdout)
        assert said.pop("faults") == {}
        return said

    return run


def test_new_hubs_get_a_stamped_loop_until_it_is_undone_and_nothing_is_left(tried):
    assert tried("undo") == dict.fromkeys(("stamped", "looks like it", "after", "hub", "config"), True)


def test_a_loop_that_the_service_chose_is_the_one_that_stamps(tried):
    assert tried("chosen") == {"extends": True, "stamped": True, "config": True}


def test_who_chooses_loops_over_us_stays_and_we_pass_through(tried):
    assert tried("covered") == {"stays": True, "stamped": False}


def test_a_loop_in_use_stops_to_stamp_and_starts_again(tried):
    assert tried("in_use") == {"off": [True, False, False], "on": True}


def test_nothing_of_the_service_is_kept_alive_and_what_is_kept_is_bounded(tried):
    assert tried("kept") == {"alive": [], "bounded": [loops.CALLBACKS, loops.CALLBACKS, loops.TIMERS]}


def test_a_line_longer_than_the_stamps_is_known_to_be(tried):
    assert tried("long_line") == {"unknown": True, "none": 0, "rising": True}


def test_stamps_of_several_threads_find_their_callbacks(tried):
    assert tried("from_threads") == {"all": 1200, "near": True}


def test_a_task_that_fails_leaves_nothing(tried):
    assert tried("pool_fails") == {"left": 0}
