"""What can be seen of a process that is not asked, or gives no answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from obs.agent.operation import Peer, Refusal, Request
from obs.agent.server import Server
from obs.host.agents.operations import host_operations
from obs.host.agents.stack import Stack
from obs.host.dump import outside
from obs.host.dump.gather import gather
from obs.host.profile.targets import Target
from obs.host.pyspy.looking import Looked
from obs.host.pyspy.refusal import FORBIDDEN
from obs.labels import FILE
from obs.metrics.store import Identity, Store
from obs.profiling.reader import ReaderError
from obs.runtime.blocks import shots

PEER = Peer(0, 0, 0)


def thread(*names, owns_gil=False, active=False, file="/srv/a.py"):
    frames = [{"name": name, "filename": FILE if name.startswith("GET") else file, "line": 1} for name in names]
    return {"owns_gil": owns_gil, "active": active, "thread_name": "", "frames": frames}


def looked(*threads):
    return Looked(json.dumps(threads).encode())


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    made = subprocess.Popen([sys.executable, "-c", "import time\ntime.sleep(60)"])
    yield made
    made.kill()
    made.wait()


def test_who_holds_the_gil_comes_first_with_the_work_that_its_label_names():
    found, refused = outside.read(looked(thread("wait"), thread("match", "GET /hang", owns_gil=True, active=True)))
    assert refused == ""
    assert [(one.state, one.work, one.on) for one in found] == [
        ("running", "GET /hang", "(holds the GIL)"),
        ("waiting", "", ""),
    ]


def test_obs_own_threads_are_left_out():
    assert outside.read(looked(thread("run", file=f"{shots.OBS}/agent/server.py"))) == ([], "")


@pytest.mark.parametrize("document", [b"", b"{}", b"[1]", b"\xff", b'[{"owns_gil": 1}]'])
def test_what_cannot_be_read_is_said(document):
    found, refused = outside.read(Looked(document))
    assert found == []
    assert refused == "" if document == b"{}" else "can't be read" in refused


def test_a_process_without_obs_is_seen_from_outside(sleeper):
    (snapshot,) = gather([Target(sleeper.pid)])
    assert "runs without obs" in snapshot.notes[0]
    assert not snapshot.complete


def test_a_process_that_is_no_python(tmp_path):
    with subprocess.Popen(["/bin/sleep", "60"]) as other:
        try:
            (snapshot,) = gather([Target(other.pid)])
        finally:
            other.kill()
    assert snapshot.greenlets == ()
    assert "only CPython's own program" in snapshot.notes[1]
    assert snapshot.notes[2].startswith("no stack from outside: ")


@pytest.fixture
def unread(monkeypatch):
    """The reader does not understand anything."""

    def read(pid):
        raise ReaderError("not understood")

    monkeypatch.setattr("obs.host.dump.reading.read", read)


def test_py_spy_stands_in_where_the_reader_can_not(unread, sleeper):
    snapshot = outside.look(Target(sleeper.pid), "why")
    assert snapshot.notes == ("why", outside.SEEN, "not understood") or "no stack from outside" in snapshot.notes[2]


def test_py_spy_is_missing(monkeypatch, sleeper, unread):
    monkeypatch.setattr("obs.host.pyspy.looking.program", lambda: "/nonexistent/py-spy")
    assert "can't be started" in outside.look(Target(sleeper.pid), "why").notes[2]


def test_a_stopped_process_is_said_to_be(sleeper):
    assert not any("stopped" in note for note in outside.look(Target(sleeper.pid), "why").notes)
    sleeper.send_signal(signal.SIGSTOP)
    until = time.monotonic() + 10
    while not outside.halted(sleeper.pid):
        assert time.monotonic() < until
    try:
        assert outside.look(Target(sleeper.pid), "why").notes[1] == "the process is stopped, by a signal or a debugger"
    finally:
        sleeper.send_signal(signal.SIGCONT)


def test_why_a_process_is_silent(sleeper):
    assert "holds the GIL" in outside.silence(sleeper.pid, 1.0)
    sleeper.send_signal(signal.SIGSTOP)
    until = time.monotonic() + 10
    while "stopped" not in outside.silence(sleeper.pid, 1.0):
        assert time.monotonic() < until
    assert outside.silence(4194999, 1.0) == "it has ended"


@pytest.fixture
def run(tmp_path: Path) -> Iterator[tuple[Path, Store]]:
    """A run with this process as its host, and as a process of its service."""
    host = Store.open(tmp_path / "shop-1", Identity("shop"), role="host")
    service = Store.open(tmp_path / "shop-1", Identity("shop"))
    server = Server(host.path.with_suffix(".agent"), host_operations(tmp_path / "shop-1"))
    server.start()
    yield tmp_path / "shop-1", service
    server.stop(10.0)
    service.detach()
    host.detach()


def test_who_may_not_look_asks_the_host_process(run, monkeypatch, unread):
    _, service = run
    monkeypatch.setattr(outside, "by_ourselves", lambda pid: Looked(refused=FORBIDDEN))
    snapshot = outside.look(Target(os.getpid(), service.path), "why")
    assert FORBIDDEN not in snapshot.notes[1]
    assert snapshot.notes[1] == outside.SEEN or "py-spy" in snapshot.notes[1]


def test_the_host_looks_at_its_own_run_only(run):
    folder, _ = run
    with pytest.raises(Refusal, match="of this run"):
        next(Stack(folder).answer(Request({"pid": 1}, PEER)))
    with pytest.raises(Refusal):
        next(Stack(folder).answer(Request({}, PEER)))


def test_a_host_that_is_gone_is_no_help(tmp_path, monkeypatch, unread):
    monkeypatch.setattr(outside, "by_ourselves", lambda pid: Looked(refused=FORBIDDEN))
    snapshot = outside.look(Target(os.getpid(), tmp_path / "a.obs"), "why")
    assert snapshot.notes == ("why", "not understood", f"no stack from outside: {FORBIDDEN}")


def test_a_py_spy_that_hangs_is_ended(monkeypatch, tmp_path, sleeper):
    slow = tmp_path / "py-spy"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o700)
    monkeypatch.setattr("obs.host.pyspy.looking.program", lambda: str(slow))
    monkeypatch.setattr("obs.host.pyspy.looking.PATIENCE", 0.2)
    assert "has seen nothing" in outside.by_ourselves(sleeper.pid).refused
