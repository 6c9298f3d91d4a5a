"""``obs dump`` on a real gunicorn with gevent: what is parked, what hangs, and that nobody notices."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from obs.host.agents.client import Client
from obs.host.profile.targets import in_run, working
from tests.integration.load import Load
from tests.integration.support import free_port, get, gunicorn, running, under_obs

pytestmark = pytest.mark.real

ATTACHED = 100


@contextmanager
def served(folder, *, obs=True, **env):
    port = free_port()
    command = gunicorn("mixed:app", port)
    if obs:
        command = under_obs(command, free_port(), "--service", "mixed")
    with running(command, port, {"OBS_RUNTIME_DIR": str(folder / "run"), **env}, folder / "log") as process:
        get(f"http://127.0.0.1:{port}/json")
        yield port, process


def dump(folder, *options):
    command = [sys.executable, "-m", "obs", "dump", *map(str, options)]
    env = {**os.environ, "OBS_RUNTIME_DIR": str(folder / "run"), "COLUMNS": "200"}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=90, check=False)


def worker(folder):
    (run,) = (path for path in (folder / "run").iterdir() if path.is_dir())
    (target,) = working(list(in_run(run)))
    return target


def in_background(port, path, times=1):
    """Ask for what takes long; whether that is ever answered is not the question."""

    def ask():
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=100).read()

    for _ in range(times):
        threading.Thread(target=ask, daemon=True).start()


def until(found, seconds=30.0):
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return value


def polling(folder):
    ran = dump(folder, "--service", "mixed", "--json", "--work", "/poll")
    (process,) = json.loads(ran.stdout)
    return process["greenlets"] if len(process["greenlets"]) == 5 else None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mixed")


@pytest.fixture(scope="module")
def service(folder):
    with served(folder) as (port, process):
        yield port, process


def test_what_is_parked_is_seen_with_its_work_and_where(service, folder):
    port, _ = service
    in_background(port, "/poll", 5)
    for greenlet in until(lambda: polling(folder)):
        assert (greenlet["work"], greenlet["state"], greenlet["on"]) == ("GET /poll", "waiting", "sleep")
        assert 0 <= greenlet["since"] <= greenlet["work_age"]
        assert "poll" in [frame["function"] for frame in greenlet["stack"]]
    text = dump(folder, "--service", "mixed").stdout
    assert "     5 wait for sleep" in text
    assert "       GET /poll" in text


@pytest.mark.parametrize("which", ["launcher", "arbiter", "worker"])
def test_any_pid_of_the_service_leads_to_the_worker(service, folder, which):
    launcher = service[1].pid
    pids = {"launcher": launcher, "worker": worker(folder).pid}
    pids["arbiter"] = int(Path(f"/proc/{pids['worker']}/stat").read_text().rpartition(")")[2].split()[1])
    (process,) = json.loads(dump(folder, pids[which], "--json").stdout)
    assert process["pid"] == pids["worker"]


def test_the_arbiter_has_no_agent(service, folder):
    (run,) = (path for path in (folder / "run").iterdir() if path.is_dir())
    assert len(list(run.glob("*.agent"))) == 2  # the worker's and the host's


def test_what_holds_the_gil_is_said_and_shown(service, folder):
    in_background(service[0], "/hang")

    def hung():
        ran = dump(folder, "--service", "mixed")
        return ran if "has not answered for 1 s" in ran.stdout else None

    ran = until(hung, 10)
    assert ran.returncode == 1
    if "no stack from outside" not in ran.stdout:  # where ptrace is not to be had, that is said
        assert "running (holds the GIL)" in ran.stdout
        assert "GET /hang" in ran.stdout
    get(f"http://127.0.0.1:{service[0]}/json")  # it is over
    assert dump(folder, "--service", "mixed").returncode == 0


def test_what_is_stopped_is_said(service, folder):
    pid = worker(folder).pid
    os.kill(pid, signal.SIGSTOP)
    try:
        assert "the process is stopped" in dump(folder, pid).stdout
    finally:
        os.kill(pid, signal.SIGCONT)


def footprint(pid):
    """Threads, descriptors, and sockets of its run."""
    proc = Path(f"/proc/{pid}")
    return len(list((proc / "task").iterdir())), len(list((proc / "fd").iterdir()))


def test_many_clients_under_load_leave_nothing_and_nobody_notices(service, folder):
    """Every third leaves in the middle of its answer."""
    port, _ = service
    target = worker(folder)
    before = footprint(target.pid)
    loads = [Load(port, path, 1) for path in ("/sleep", "/victim/1", "/burn")]
    try:
        for number in range(ATTACHED):
            with Client(target.file, target.pid, deadline=10.0) as client:
                parts = client.ask("dump", quiet=10.0)
                if number % 3:
                    assert list(parts)[-1]["complete"]
                else:
                    next(parts)
    finally:
        for load in loads:
            load.stop()
    assert {status for load in loads for status in load.statuses} == {200}
    assert sum(load.lost for load in loads) == 0
    until(lambda: all(now <= was for now, was in zip(footprint(target.pid), before, strict=True)))
    assert "failed" not in (folder / "log").read_text()


def test_a_worker_that_dies_meanwhile(service, folder):
    target = worker(folder)
    with Client(target.file, target.pid, deadline=10.0):
        os.kill(target.pid, signal.SIGKILL)
    until(lambda: worker_again(folder, target.pid))
    (run,) = (path for path in (folder / "run").iterdir() if path.is_dir())
    until(lambda: len(list(run.glob("*.agent"))) == 2)  # the dead one's is swept


def worker_again(folder, dead):
    with suppress(ValueError):
        return worker(folder).pid != dead
    return False


def test_switched_off(tmp_path):
    with served(tmp_path, OBS_AGENT="false"):
        ran = dump(tmp_path, "--service", "mixed")
        assert ran.returncode == 1
        assert "its agent is off: OBS_AGENT=false" in ran.stdout


def test_without_obs(tmp_path):
    with served(tmp_path, obs=False) as (_, process):
        ran = dump(tmp_path, process.pid)
        assert ran.returncode == 1
        assert "it runs without obs" in ran.stdout
