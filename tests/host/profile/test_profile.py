"""Whom to profile, what becomes of it, and what is said when somebody takes no part."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from obs.errors import ObsError
from obs.host.agents.errors import Silent
from obs.host.blocks.pyspy import Dump
from obs.host.cpu.recorded import Recorded
from obs.host.cpu.samplers import Begun
from obs.host.cpu.streams import Streams
from obs.host.profile import moment as moments
from obs.host.profile import targets, watching
from obs.host.profile.accounts import Accounts, accounts
from obs.host.profile.collect import collect
from obs.host.profile.moment import Moment, Window
from obs.host.profile.remarks import remarks
from obs.host.profile.targets import Target, below, of_pid, of_service, working
from obs.host.profile.vitals import Vitals, became, vitals
from obs.host.profile.wanted import Wanted
from obs.host.pyspy.recording import recorded
from obs.host.runs import LiveRun

STREAMS = Streams(100)
"""In which nothing is looked at."""

ENVIRON = {"OBS_RUNTIME_DIR": "/nonexistent"}


def test_no_such_process_is_an_error():
    with pytest.raises(ObsError, match="no process 4194999"):
        of_pid(4194999, ENVIRON)


def test_another_users_process_is_refused(tmp_path, monkeypatch):
    (tmp_path / "1").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    with pytest.raises(ObsError, match=r"process 1 belongs to user .*; run this as that user, or as root"):
        of_pid(1, ENVIRON, tmp_path)


def test_a_zombie_is_refused_with_who_has_not_waited_for_it():
    with subprocess.Popen(["true"]) as ended:
        while (vital := vitals(ended.pid)) is not None and vital.state != "Z":
            time.sleep(0.01)
        with pytest.raises(ObsError, match=f"process {ended.pid} has ended: .* process {os.getpid()} has not waited"):
            of_pid(ended.pid, ENVIRON)


def test_a_thread_of_the_kernel_is_refused(tmp_path):
    (tmp_path / "2").mkdir()
    (tmp_path / "2" / "stat").write_text(f"2 (kthreadd (x)) S 0 0 0 0 -1 {0x00208040} 0 0")
    with pytest.raises(ObsError, match="process 2 is a thread of the kernel"):
        of_pid(2, ENVIRON, tmp_path)


def test_a_process_that_records_nothing_is_profiled_all_the_same():
    assert of_pid(os.getpid(), ENVIRON) == [Target(os.getpid())]


def test_the_workers_of_a_server_without_obs_are_found_below_it():
    """But not what is no Python, and not who looks."""
    worker = "import sys, time; print('on', flush=True); sys.stdin.read()"
    server = f"import subprocess, sys; sys.exit(subprocess.Popen([sys.executable, '-c', {worker!r}]).wait())"
    with subprocess.Popen(
        ["sh", "-c", 'sleep 60 & "$@"; kill $!', "sh", sys.executable, "-c", server],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as started:
        started.stdout.readline()
        found = [each.pid for each in of_pid(started.pid, ENVIRON)]
        assert found[0] == started.pid
        assert len(found) == 3
        assert all("-c" in Path(f"/proc/{pid}/cmdline").read_text() for pid in found)
        assert os.getpid() not in below(os.getppid())
        started.stdin.close()


def test_a_service_that_does_not_run_is_an_error(tmp_path):
    with pytest.raises(ObsError, match="nothing runs"):
        of_service("shop", {"OBS_RUNTIME_DIR": str(tmp_path)})


def test_who_only_looks_after_others_is_left_out(tmp_path):
    child, parent = Target(os.getpid(), tmp_path / "a.obs"), Target(os.getppid(), tmp_path / "b.obs")
    assert working([parent, child]) == [child]
    (tmp_path / "b.agent").touch()  # it works too, as celery's main process may
    assert working([parent, child]) == [parent, child]
    assert working([parent]) == [parent]


def test_a_run_in_another_container_is_none_of_ours(monkeypatch, tmp_path):
    monkeypatch.setattr(targets, "choose", lambda *_: LiveRun(tmp_path, "chat-api", (7,), 0.0))
    with pytest.raises(ObsError, match="chat-api are in another container"):
        of_service("chat-api", {})


def test_a_file_that_is_gone_has_no_accounts(tmp_path):
    assert accounts(None) == accounts(tmp_path / "gone.obs") == Accounts()


def test_accounts_are_of_the_window():
    before = Accounts({"a": {"cpu": 1.0}}, {"a": 3.0})
    after = Accounts({"a": {"cpu": 1.5, "wait": 1.0}, "b": {"cpu": 1.0}}, {"a": 5.0, "b": 1.0})
    assert after.since(before) == Accounts({"a": {"cpu": 0.5, "wait": 1.0}, "b": {"cpu": 1.0}}, {"a": 2.0, "b": 1.0})


BEFORE = Vitals("S", 1.0, 100, 5000)


def ten_seconds(collecting=0.0, starved=0.0):
    first = Moment(100.0, 1.0, Accounts(collecting=2.0), BEFORE._replace(starved=1.0))
    last = Moment(110.0, 11.0, Accounts(collecting=2.0 + collecting), BEFORE._replace(starved=1.0 + starved))
    return Window(first, last)


def test_what_no_stack_shows_is_spoken_of_when_it_matters():
    (said,) = remarks(ten_seconds(collecting=3.0))
    assert said.startswith(": garbage collections took 30% of the time")
    (said,) = remarks(ten_seconds(starved=3.0))
    assert said.startswith(" stood in line for a CPU for 30% of the time")
    assert not list(remarks(ten_seconds(collecting=0.4, starved=0.9)))


def test_a_kernel_that_does_not_say_who_waits_for_a_cpu_is_no_matter(tmp_path):
    own = (Path("/proc") / str(os.getpid()) / "stat").read_text()
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "stat").write_text(own)
    assert vitals(1, tmp_path).starved == 0.0
    (tmp_path / "1" / "schedstat").write_text("5 2500000000 7\n")
    assert vitals(1, tmp_path).starved == 2.5


@pytest.mark.parametrize(
    ("after", "fate"),
    [
        (BEFORE, ""),
        (BEFORE._replace(state="T"), "is stopped by a signal"),
        (BEFORE._replace(image=6000), "has become another program (exec)"),
        (BEFORE._replace(born=200), "has ended"),
        (None, "has ended"),
    ],
)
def test_what_has_become_of_a_process(after, fate):
    assert became(BEFORE, after) == fate


def test_a_process_that_is_dead_has_no_vitals():
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert vitals(process.pid) is None  # a zombie
    process.wait()
    assert vitals(process.pid) is None
    assert vitals(os.getpid()).cpu >= 0


def test_what_py_spy_says_is_read():
    nothing = b'{"shared": {"frames": []}, "profiles": []}'
    assert recorded(nothing, "Samples: 9 Errors: 12\n") == Recorded((), 12)
    assert "can't be read" in recorded(b"{}", "").refused
    assert recorded(b"", "Error: Permission denied").refused.startswith("ptrace is not permitted")
    assert recorded(b"", "").refused == "py-spy: it says nothing"


class Refused:
    """Who looks, and may not."""

    over = True
    settles = 0.0
    views = ("cpu",)

    @classmethod
    def begin_one(cls, _streams, asked, _only):
        return Begun(cls(asked.pid))

    def __init__(self, _pid):
        pass

    def begin(self):
        pass

    def end(self):
        pass

    def result(self):
        return Recorded(refused="ptrace is not permitted")


class Hung:
    """An agent that does not answer."""

    def __init__(self, *_):
        pass

    def end(self):
        pass

    def result(self):
        raise Silent("process 1 does not answer")


def test_nothing_at_all_is_an_error_that_says_why(monkeypatch):
    monkeypatch.setattr(watching.Watching.__init__, "__defaults__", (Refused.begin_one,))
    with pytest.raises(ObsError, match=f"process {os.getpid()}: no CPU stacks from outside: ptrace is not permitted$"):
        collect([Target(os.getpid())], Wanted(("cpu",), seconds=0.01), lambda _: None)


def nobody(*_):
    return Begun(None, "the reader can't; py-spy can't be started")


def test_that_nobody_can_look_is_an_error_with_every_reason():
    watched = watching.Watching(Target(os.getpid()), Wanted(("cpu",), seconds=0.01), STREAMS, nobody)
    watched.begin()
    watched.end()
    with pytest.raises(ObsError, match="no CPU stacks from outside: the reader can't; py-spy can't be started"):
        watched.session()


def test_a_process_that_does_not_answer_is_looked_at_from_outside(tmp_path, monkeypatch):
    dump = Dump((("/srv/app.py", 7, "stuck"), ("<obs>", 1, "GET /x")))
    monkeypatch.setattr(watching, "Asking", Hung)
    monkeypatch.setattr(watching.now, "stack", lambda _: dump)
    target, wanted = Target(os.getpid(), tmp_path / "a.obs"), Wanted(("held",), seconds=0.01)
    watched = watching.Watching(target, wanted, STREAMS, nobody)
    watched.begin()
    watched.end()
    session = watched.session()
    (sample,) = session.samples
    assert (sample.work, sample.view) == ("GET /x", "held")
    assert session.frames_of(sample)[-1].function == "stuck"
    assert any("hangs" in note for note in session.notes)


def test_the_window_is_over_when_it_ends_however_long_py_spy_takes(monkeypatch):
    seen = [Moment(100.0 + at, at, Accounts(calls={"GET /x": at}), None) for at in (1.0, 3.0)]
    monkeypatch.setattr(watching, "moment", lambda _: seen.pop(0))
    watched = watching.Watching(Target(os.getpid()), Wanted(("cpu",)), STREAMS, Slow.begin_one)
    watched.end()
    session = watched.session()
    assert (session.started, session.duration, session.calls) == (101.0, 2.0, {"GET /x": 2.0})


class Slow(Refused):
    """Who has seen nothing, and ends long after its time."""

    def result(self):
        return Recorded()


def test_who_is_interrupted_before_it_begins_has_no_seconds_of_before(monkeypatch):
    """Ctrl-C while py-spys start: the accounts so far are not the window's."""
    monkeypatch.setattr(moments, "accounts", lambda _: Accounts({"GET /x": {"cpu": 99.0}}, {"GET /x": 9.0}))
    watched = watching.Watching(Target(os.getpid()), Wanted(("cpu",)), STREAMS, Slow.begin_one)
    watched.end()
    session = watched.session()
    assert session.totals == {"GET /x": {"cpu": 0.0}}
    assert session.calls == {"GET /x": 0.0}


def test_an_interrupt_while_py_spys_are_started_ends_those_that_were(monkeypatch):
    ended = []

    class Counted(Slow):
        def __init__(self, pid):
            if pid == 2:
                raise KeyboardInterrupt

        def end(self):
            ended.append(1)

    monkeypatch.setattr(watching.Watching.__init__, "__defaults__", (Counted.begin_one,))
    session = collect([Target(os.getpid()), Target(2)], Wanted(("cpu",)), lambda _: None)
    assert ended == [1]
    assert len(session.processes) == 1
