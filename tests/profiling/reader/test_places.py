"""Processes in containers, read from outside them: what container runtimes do, done by unshare(1) and chroot(1)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from obs.profiling.reader import Reader, confined
from tests.profiling.reader.conftest import HERE

pytest.importorskip("gevent")

ROOTED = 'mount --rbind / "$0" && exec chroot "$0" "$@"'
"""A root of its own, that has all of ours in it."""


def can(*command: str) -> bool:
    return subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root looks into other containers"),
    pytest.mark.skipif(not can("unshare", "-m"), reason="no namespaces can be made here"),
]

PLACES = {
    "pids": ["unshare", "-pf", "--mount-proc"],
    "root": ["unshare", "-m", "sh", "-c", ROOTED, "{root}"],
    "container": ["unshare", "-pfmniu", "--mount-proc", "sh", "-c", ROOTED, "{root}"],
    "user": ["unshare", "-Urpf", "--mount-proc"],
    "chroot": ["chroot", "/"],
}


@contextmanager
def parked(place: list[str]):
    """A process in that place, as we know it, and what is true of it."""
    command = [*place, sys.executable, str(HERE / "target_parked.py"), "20"]
    with subprocess.Popen(command, stdout=-1, text=True, start_new_session=True) as started:
        try:
            assert started.stdout
            told = json.loads(started.stdout.readline())
            yield innermost(started.pid), told
        finally:
            os.killpg(started.pid, 9)


def innermost(pid: int) -> int:
    """Below what has made the place."""
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[0])
    return pid


@pytest.mark.parametrize("place", PLACES)
def test_a_process_elsewhere_is_read_as_one_here(place, tmp_path):
    made = [part.format(root=tmp_path) for part in PLACES[place]]
    if not can(*made):
        pytest.skip("such a place can't be made here")
    with parked(made) as (pid, told):
        reader = Reader(pid)
        found = {each.address: each for each in reader.greenlets()}
        seen = {address: [list(frame[:3]) for frame in found[int(address)].stack] for address in told["stacks"]}
        assert seen == told["stacks"]
        assert [(each.thread, each.stack[0].function) for each in reader.look().threads] == [(pid, "Hub.run")]
        assert {each.thread for each in found.values()} - {0} == {pid}
        reader.close()


def test_the_program_of_a_container_is_confined():
    """Root runs it, and it is whatever the container says it is."""
    with parked(PLACES["pids"]) as (pid, _):
        for user in ("0", "65534"):
            command = [sys.executable, "-I", "-S", confined.__file__, str(pid), user, user, "/lib", "/bin/sh", "-c"]
            said = subprocess.run(
                [*command, "env; cat /proc/self/status"], capture_output=True, text=True, check=False, timeout=60
            )
            lines = dict(line.split(":\t", 1) for line in said.stdout.splitlines() if ":\t" in line)
            assert {lines[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {"0" * 16}, said
            assert (lines["NoNewPrivs"], set(lines["Uid"].split())) == ("1", {user})
            assert lines["NSpid"].count("\t") == 0  # as its own /proc has it
            assert "LD_LIBRARY_PATH=/lib" in said.stdout.splitlines()
            assert "OBS" not in said.stdout


def test_what_the_program_says_last_is_told_if_it_fails():
    with parked(PLACES["pids"]) as (pid, _):
        command = [sys.executable, "-I", "-S", confined.__file__, str(pid), "0", "0", "", "/nowhere/python"]
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)
    assert "No such file" in said.stderr
