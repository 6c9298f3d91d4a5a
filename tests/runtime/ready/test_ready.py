"""Since when each greenlet was ready, asked of real programs whose loops are blocked: patched or not, on each loop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

LOOPS = ("libev-cext", "libev-cffi", "libuv")
NEAR = 15.0
"""Milliseconds: the kernel tells arrivals within 4 to 10, and the machine of a test is busy."""

TARGET = Path(__file__).with_name("target_ready.py")


@cache
def ran(patching: str, stamps: str, loop: str, pure: str = "") -> subprocess.CompletedProcess[str]:
    program = ["timeout", "30", sys.executable, "-W", "error", str(TARGET), patching, stamps]
    env = {**os.environ, "GEVENT_LOOP": loop, "PURE_PYTHON": pure}
    return subprocess.run(program, capture_output=True, text=True, check=False, env=env)


def target(patching: str, stamps: str, loop: str, pure: str = "") -> dict[str, Any]:
    """What the program said; it runs once for all tests."""
    one = ran(patching, stamps, loop, pure)
    assert (one.returncode, one.stderr) == (0, "")
    said: dict[str, Any] = json.loads(one.stdout)
    assert said["faults"] == {}
    return said


CALLBACKS = ("event_of_several", "result", "queue", "lock", "joined", "killed_asleep", "spawned", "yields")
TIMERS = ("event_times_out", "select_times_out", "timeout_in_a_sleep", "spawned_later")
SELECTS = ("read_by_select", "read_by_poll", "read_by_selector")
READS = ("read_tcp", "read_into_several_tcp", "read_file_of_tcp", *SELECTS)
KNOWN = (
    *CALLBACKS,
    *("waiters_behind_each_other", "pool_result", "event_of_a_thread"),
    *("sleeps", *TIMERS, *READS, "answered_at_once"),
)
UNKNOWN = ("read_unix", "read_udp", "end_of_tcp", "select_unix")


@pytest.mark.parametrize("kind", KNOWN)
@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("patching", ["patched", "bare"])
def test_the_true_delay_is_found(patching, loop, kind):
    for one in target(patching, "stamped", loop)["found"][kind]:
        assert one["found"] == pytest.approx(one["true"], abs=NEAR)
        assert not one["estimated"]


@pytest.mark.parametrize("kind", KNOWN)
def test_it_is_found_where_gevent_is_not_compiled(kind):
    for one in target("patched", "stamped", "libev-cffi", "1")["found"][kind]:
        assert (one["estimated"], one["found"]) == (False, pytest.approx(one["true"], abs=NEAR))


@pytest.mark.parametrize("kind", UNKNOWN)
@pytest.mark.parametrize("loop", LOOPS)
def test_what_nobody_knows_is_estimated_as_the_middle_of_the_time_in_which_the_loop_did_not_look(loop, kind):
    for one in target("patched", "stamped", loop)["found"][kind]:
        assert one["estimated"]
        assert one["found"] == pytest.approx(75, abs=NEAR)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("stamps", ["off", "late"])
class TestWithoutStamps:
    """The hub was made before: its loop is left alone."""

    def test_the_loop_is_the_one_that_gevent_made(self, loop, stamps):
        assert not target("patched", stamps, loop)["stamped"]
        assert target("patched", "stamped", loop)["stamped"]

    @pytest.mark.parametrize("kind", [*CALLBACKS, *TIMERS])
    def test_callbacks_are_estimated(self, loop, stamps, kind):
        assert all(one["estimated"] for one in target("patched", stamps, loop)["found"][kind])

    @pytest.mark.parametrize("kind", READS)
    def test_the_kernel_still_tells_when_data_came(self, loop, stamps, kind):
        for one in target("patched", stamps, loop)["found"][kind]:
            assert (one["estimated"], one["found"]) == (False, pytest.approx(one["true"], abs=NEAR))

    def test_a_sleep_still_has_its_deadline(self, loop, stamps):
        (one,) = target("patched", stamps, loop)["found"]["sleeps"]
        libuv = loop == "libuv"  # there, from when the Work last ran: 20 ms late here, where it all begins with a pause
        assert (one["estimated"], one["found"]) == (False, pytest.approx(one["true"], abs=25 if libuv else NEAR))
