"""``obs profile`` on a real gunicorn with gevent: whose each sample is, where, and that nobody notices."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from obs.host.profile.targets import in_run, working
from obs.host.pyspy.program import program
from obs.profiling.file import read
from tests.integration.load import Load
from tests.integration.support import free_port, get, gunicorn, running, under_obs

pytestmark = pytest.mark.real

OWN = {
    "burn": "GET /burn",
    "compute": "GET /burn",
    "parse": "GET /json",
    "decode": "GET /json",
    "sleep": "GET /sleep",
    "held": "GET /held",
    "victim": "GET /victim/<int:number>",
}
PATHS = ("/burn", "/json", "/sleep", "/held", "/victim/1")
ATTACHED = int(os.environ.get("PROFILE_SESSIONS", "20"))
"""How often a session is begun and ended under load. Not an OBS_ name: those that obs doesn't know are errors."""


@contextmanager
def served(folder, *, obs=True, **env):
    port = free_port()
    command = gunicorn("mixed:app", port)
    if obs:
        command = under_obs(command, free_port(), "--service", "mixed")
    env = {"OBS_RUNTIME_DIR": str(folder / "run"), **env}
    with running(command, port, env, folder / "log") as process:
        get(f"http://127.0.0.1:{port}/json")
        yield port, process


@contextmanager
def loaded(port, *more):
    loads = [Load(port, path, 1) for path in (*PATHS, *more)]
    try:
        yield loads
    finally:
        for load in loads:
            load.stop()


def profile(folder, *options, **popen):
    command = [sys.executable, "-m", "obs", "profile", *map(str, options)]
    env = {**os.environ, "OBS_RUNTIME_DIR": str(folder / "run")}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=90, check=False, **popen)


def recorded(folder, *options):
    file = folder / "session.json"
    ran = profile(folder, *options, "-o", file)
    assert ran.returncode == 0, ran.stderr
    return read(file)


def worker(folder):
    (run,) = (path for path in (folder / "run").iterdir() if path.is_dir())
    (target,) = working(list(in_run(run)))
    return target


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixed")
    with served(folder) as (port, _):
        poll = threading.Thread(target=quietly, args=(f"http://127.0.0.1:{port}/poll",), daemon=True)
        poll.start()
        with loaded(port):
            yield recorded(folder, "--service", "mixed", "--seconds", "6")


def quietly(url):
    with ExitStack() as stack:
        stack.callback(lambda: None)
        try:
            get(url)
        except OSError:
            return


def of_view(session, view):
    return [sample for sample in session.samples if sample.view == view]


def own(session, sample):
    return [frame.function for frame in session.frames_of(sample) if frame.file.endswith("/apps/mixed.py")]


@pytest.mark.parametrize("view", ["cpu", "held", "delay", "wait"])
def test_samples_bear_the_work_whose_code_is_in_their_stack(session, view):
    looks = Counter()
    for sample in of_view(session, view):
        mine = own(session, sample)
        if mine and mine[0] in OWN:
            looks[sample.work == OWN[mine[0]]] += sample.looks
    assert sum(looks.values()) > 10
    assert looks[True] / sum(looks.values()) > 0.99


def hottest(session, view, work):
    """The service's own function that most of a work's time is in."""
    seconds = Counter()
    for sample in session.scaled().samples:
        if sample.view == view and sample.work == work:
            seconds[(own(session, sample) or ["?"])[-1]] += sample.weight
    return seconds.most_common(1)[0][0]


@pytest.mark.parametrize(
    ("view", "work", "function"),
    [
        ("cpu", "GET /burn", "compute"),
        ("cpu", "GET /json", "decode"),
        ("held", "GET /held", "held"),
        ("delay", "GET /victim/<int:number>", "victim"),
        ("wait", "GET /sleep", "sleep"),
    ],
)
def test_the_hotspot_of_each_view_is_the_function_that_spends_it(session, view, work, function):
    assert hottest(session, view, work) == function


def test_totals_are_what_was_accounted(session):
    # One client each: what is open adds up to at most the time that there was; the rest it spent on the way.
    for work in set(OWN.values()):
        open_share = sum(session.totals[work].values()) / session.duration
        assert 0.01 < open_share < 1.05, work
    assert session.calls["GET /burn"] > 10


def test_who_has_been_parked_since_before_is_swept_in(session):
    parked = [sample for sample in of_view(session, "wait") if sample.work == "GET /poll"]
    assert sum(sample.weight for sample in parked) == pytest.approx(session.duration, rel=0.1)
    assert own(session, parked[0]) == ["poll"]
    assert session.totals["GET /poll"]["wait"] == pytest.approx(session.duration, rel=0.1)


def test_waits_say_what_for(session):
    assert {sample.on for sample in of_view(session, "wait") if sample.work == "GET /sleep"} == {"sleep"}


def test_the_session_says_whose_it_is(session):
    assert (session.service, session.source) == ("mixed", "mixed")
    assert len(session.processes) == 1
    assert session.processes[0].pid > 0


def holdings(pid):
    """What a process has open: its threads, files and sockets."""
    folder = Path(f"/proc/{pid}")
    return len(list((folder / "task").iterdir())), len(list((folder / "fd").iterdir()))


@pytest.mark.timeout(60 + 4 * ATTACHED)
def test_sessions_come_and_go_under_load_and_nobody_notices(tmp_path):
    with served(tmp_path) as (port, _):
        target = worker(tmp_path)
        with loaded(port) as loads:
            recorded(tmp_path, target.pid, "--seconds", "0.3")
            before = holdings(target.pid)
            for _ in range(ATTACHED):
                assert profile(tmp_path, target.pid, "--seconds", "0.2").returncode == 0
        assert sum(load.lost for load in loads) == 0
        assert {status for load in loads for status in load.statuses} == {200}
        deadline = time.monotonic() + 10  # the load's own connections close, the agent's threads end
        while holdings(target.pid) > before and time.monotonic() < deadline:
            time.sleep(0.05)
        threads, files = holdings(target.pid)
        assert threads <= before[0]
        assert files <= before[1]


def test_a_process_without_obs_has_its_endpoints_by_what_flask_called(tmp_path):
    with served(tmp_path, obs=False) as (port, process), loaded(port):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        session = recorded(tmp_path, children[0], "--seconds", "3")
    assert hottest(session, "cpu", "burn (apps/mixed.py)") == "compute"
    assert hottest(session, "cpu", "parse (apps/mixed.py)") == "decode"
    assert any("without obs" in note for note in session.notes)
    assert hottest(session, "wait", "sleep (apps/mixed.py)") == "sleep"
    waited = [sample for sample in of_view(session, "wait") if sample.work == "sleep (apps/mixed.py)"]
    assert {sample.on for sample in waited} == {"sleep"}
    # One client, most of whose time it is; what is between two looks is as it was at them.
    assert 0.4 < sum(sample.weight for sample in waited) / session.duration < 1.2


def test_a_process_that_hangs_has_its_stack(tmp_path):
    with served(tmp_path) as (port, _):
        target = worker(tmp_path)
        threading.Thread(target=quietly, args=(f"http://127.0.0.1:{port}/hang",), daemon=True).start()
        time.sleep(0.5)  # until it is in it
        session = recorded(tmp_path, target.pid, "--seconds", "2")
        os.kill(target.pid, 9)
    assert any("does not answer" in note for note in session.notes)
    assert {sample.work for sample in of_view(session, "cpu") if "hang" in own(session, sample)} == {"GET /hang"}


def killed_once_it_is_looked_at(pid: int, seconds: float) -> None:
    """For some seconds: on a busy machine it takes a while until somebody looks."""
    await_look(pid)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)


def await_look(pid: int) -> None:
    until = time.monotonic() + 60
    while not is_looked_at(pid) and time.monotonic() < until:
        time.sleep(0.05)


def is_looked_at(pid: int) -> bool:
    """Whether an ``obs profile`` has a file of its threads' states open."""
    wanted = f"/proc/{pid}/task/"
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if b"\0profile\0" in (process / "cmdline").read_bytes() and holds(process, wanted):
                return True
    return False


def holds(process: Path, beginning: str) -> bool:
    return any(str(file.readlink()).startswith(beginning) for file in (process / "fd").iterdir())


def test_a_process_that_dies_is_said_to_have_and_what_was_seen_is_kept(tmp_path):
    with served(tmp_path) as (port, _), loaded(port):
        target = worker(tmp_path)
        threading.Thread(target=killed_once_it_is_looked_at, args=(target.pid, 3.0)).start()
        session = recorded(tmp_path, target.pid, "--seconds", "30")
    assert any("has ended" in note for note in session.notes)
    assert hottest(session, "cpu", "GET /burn") == "compute"


@contextmanager
def changing(folder, *change):
    """A process that burns under a Work, and does ``change`` once somebody has looked at it for some seconds."""
    go = folder / "go"
    program = CHANGING.format(go=str(go), change="; ".join(change))
    env = {**os.environ, "OBS_RUNTIME_DIR": str(folder / "run")}
    with subprocess.Popen([sys.executable, "-c", program], env=env, start_new_session=True) as target:
        try:
            threading.Thread(target=lambda: (await_look(target.pid), time.sleep(3.0), go.touch())).start()
            yield target
        finally:
            os.killpg(target.pid, signal.SIGKILL)


CHANGING = """
import obs, os, sys
obs.instrument()
@obs.job("burning")
def burn():
    for _ in range(500):
        sum(range(20000))
while not os.path.exists({go!r}):
    burn()
{change}
while True:
    burn()
"""


def test_a_process_that_becomes_another_program_is_said_to_have(tmp_path):
    with changing(tmp_path, "os.execv('/bin/sleep', ['sleep', '60'])") as target:
        session = recorded(tmp_path, target.pid, "--seconds", "12")
    assert any("has become another program" in note for note in session.notes), session.notes
    assert {sample.work for sample in of_view(session, "cpu")} >= {"burning"}


def test_a_process_that_forks_is_told_from_its_child(tmp_path):
    with changing(tmp_path, "child = os.fork()") as target:
        session = recorded(tmp_path, target.pid, "--seconds", "8")
    assert {sample.pid for sample in session.samples if sample.view == "cpu"} == {target.pid}
    # What the child burns beside it is not in the parent's account.
    assert session.totals["burning"]["cpu"] <= session.duration * 1.1
    assert not any("has ended" in note or "exec" in note for note in session.notes), session.notes


def test_ctrl_c_ends_it_early_and_what_was_seen_is_written(tmp_path):
    with served(tmp_path) as (port, _), loaded(port):
        file = tmp_path / "session.json"
        command = [sys.executable, "-m", "obs", "profile", "--service", "mixed", "--seconds", "60", "-o", str(file)]
        env = {**os.environ, "OBS_RUNTIME_DIR": str(tmp_path / "run")}
        ran = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        await_look(worker(tmp_path).pid)
        time.sleep(3)
        ran.send_signal(signal.SIGINT)
        _, errors = ran.communicate(timeout=60)
    assert ran.returncode == 0, errors
    session = read(file)
    assert 0.5 < session.duration < 30
    # Of held there are the fewest looks, and a busy machine may leave none of them in so short a time.
    assert {sample.view for sample in session.samples} >= {"cpu", "delay", "wait"}


REFUSING = """
from obs.host.pyspy import recording
from obs.profiling.reader import reader
def layout(pid, *_):
    raise reader.forbidden(pid)
reader.layout = layout
recording.program = lambda: {py_spy!r}
from obs.cli.main import main
raise SystemExit(main(["profile", "{pid}", "--seconds", "4", "-o", {output!r}]))
"""


def test_where_ptrace_is_refused_the_process_samples_itself_and_that_is_said(tmp_path):
    refusing = tmp_path / "py-spy"
    refusing.write_text("#!/bin/sh\necho 'Error: Permission denied (os error 13)' >&2\nexit 1\n")
    refusing.chmod(0o755)
    with served(tmp_path) as (port, _), loaded(port, "/long"):
        pid, output = worker(tmp_path).pid, str(tmp_path / "s.json")
        source = REFUSING.format(py_spy=str(refusing), pid=pid, output=output)
        env = {**os.environ, "OBS_RUNTIME_DIR": str(tmp_path / "run")}
        subprocess.run([sys.executable, "-c", source], env=env, timeout=60, check=True)
    session = read(tmp_path / "s.json")
    assert session.source == "inside"
    assert any("CAP_SYS_PTRACE" in note and "ptrace is not permitted" in note for note in session.notes)
    assert any("needs the GIL" in note for note in session.notes)
    # It gets the GIL from what runs for longer than the switch interval, and sees the rest where that next waits.
    assert hottest(session, "cpu", "GET /long") == "compute"


def test_a_build_that_is_not_understood_is_looked_at_by_py_spy_and_that_is_said(tmp_path):
    if not program():
        pytest.skip("py-spy is not installed")
    with served(tmp_path) as (port, _), loaded(port):
        pid, output = worker(tmp_path).pid, str(tmp_path / "s.json")
        source = REFUSING.replace("reader.forbidden(pid)", 'reader.ReaderError("strange")')
        source = source.format(py_spy=program(), pid=pid, output=output).replace('"4"', '"4", "--view", "cpu"')
        env = {**os.environ, "OBS_RUNTIME_DIR": str(tmp_path / "run")}
        subprocess.run([sys.executable, "-c", source], env=env, timeout=60, check=True)
    session = read(tmp_path / "s.json")
    assert session.source == "py-spy"
    assert any("was looked at by py-spy, since strange" in note for note in session.notes)
    assert hottest(session, "cpu", "GET /burn") == "compute"


def test_refusals_say_what_is_wrong(tmp_path):
    assert "no process 4194999" in profile(tmp_path, 4194999).stderr
    with subprocess.Popen(["sleep", "30"]) as sleeping:
        assert "doesn't seem to run Python" in profile(tmp_path, sleeping.pid, "--seconds", "1").stderr
        sleeping.kill()
    assert "the endings are" in profile(tmp_path, os.getpid(), "-o", "x.foo").stderr
