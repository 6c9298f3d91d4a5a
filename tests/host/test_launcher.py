"""The launcher as PID 1 and every shell know a good one: signals, exit codes, zombies, what a child inherits."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from obs.host import children
from tests.host.launched import until

PR_SET_CHILD_SUBREAPER = 36

GLIBC_IGNORES = 0b11 << 31
"""Signals 32 and 33, which glibc keeps to itself and ignores in whatever posix_spawn starts."""


@pytest.mark.parametrize("name", ["HUP", "INT", "QUIT", "USR1", "USR2", "WINCH", "TTIN", "TTOU", "URG", "CONT", "TERM"])
def test_signal_reaches_the_service_once(python, name):
    run = python("target_signals.py").says("ready\n")
    run.signal(getattr(signal, f"SIG{name}")).says(f"SIG{name}")
    assert run.signal(signal.SIGALRM).end() == 0
    assert run.out.split().count(f"SIG{name}") == 1


@pytest.mark.parametrize("code", [0, 3, 255])
def test_exit_code_is_the_services(launch, code):
    assert launch("sh", "-c", f"exit {code}").end() == code


@pytest.mark.parametrize("name", ["TERM", "KILL", "SEGV"])
def test_a_service_killed_by_a_signal_is_128_and_its_number(launch, name):
    assert launch("sh", "-c", f"kill -{name} $$").end() == 128 + getattr(signal, f"SIG{name}")


def test_sigterm_ends_a_service_without_a_handler(launch):
    run = launch("sh", "-c", "echo ready; exec sleep 100").says("ready")
    assert run.stop() == 128 + signal.SIGTERM


def test_command_not_found_is_one_clear_line_and_127(launch):
    run = launch("no-such-command-of-ours")
    assert run.end() == 127
    assert "obs: no-such-command-of-ours: command not found" in run.err


def test_command_that_is_not_executable_is_126(launch, tmp_path):
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    run = launch(str(script))
    assert run.end() == 126
    assert f"obs: {script}: can't be executed: Permission denied" in run.err


def test_the_run_folder_is_there_while_the_service_runs_and_gone_afterwards(launch):
    run = launch("sh", "-c", "stat -c '%a %F' $OBS_RUN_DIR $OBS_SPAN_SOCKET; echo $OBS_RUN_DIR")
    assert run.end() == 0
    mode, spans, folder = run.out.splitlines()
    assert mode == "700 directory"
    assert spans.endswith("socket")
    assert Path(folder).parent == run.runtime
    assert list(run.runtime.iterdir()) == []


def test_the_service_inherits_no_descriptor_no_blocked_signal_and_no_ignored_one(launch):
    run = launch("sh", "-c", "ls /proc/$$/fd; exec grep -E 'Sig(Blk|Ign)' /proc/self/status")
    assert run.end() == 0
    *descriptors, blocked, ignored = run.out.splitlines()
    assert descriptors == ["0", "1", "2"]
    assert int(blocked.split()[1], 16) == 0
    assert int(ignored.split()[1], 16) & ~GLIBC_IGNORES == 0


def test_a_signal_that_was_ignored_before_us_stays_ignored(launch):
    """``nohup obs run -- CMD`` is ``nohup CMD``."""
    ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731
    run = launch("sh", "-c", "echo ready; read line; exit 7", stdin=subprocess.PIPE, preexec_fn=ignore).says("ready")
    run.signal(signal.SIGHUP)
    run.process.stdin.close()
    assert run.end() == 7


def test_sockets_from_systemd_are_the_services(launch):
    """systemd names the process that it starts, which is us; a server that isn't named ignores its sockets."""
    reading, writing = os.pipe()
    inside = "import os; print(os.environ['LISTEN_PID'] == str(os.getpid()), os.fstat(3).st_ino)"
    give = f"import os, sys; os.dup2({reading}, 3); os.environ['LISTEN_PID'] = str(os.getpid())"
    systemd = f"{give}; os.execvp(sys.argv[1], sys.argv[1:])"
    run = launch(sys.executable, "-c", inside, through=systemd, pass_fds=(reading,))
    assert run.end() == 0
    assert run.out == f"True {os.fstat(reading).st_ino}\n"
    os.close(reading)
    os.close(writing)


def test_the_launcher_loads_little():
    """It runs as long as the service: nothing that serves, sends, draws or encrypts is in it."""
    code = "import sys, obs.cli.main, obs.host.launcher; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"opentelemetry", "prometheus_client", "http.server", "wsgiref", "ssl", "asyncio", "rich"}
    assert heavy & set(loaded) == set()


def test_standard_input_and_output_are_the_services_own(launch):
    run = launch("cat", stdin=subprocess.PIPE)
    run.process.stdin.write(b"as it came\n")
    run.process.stdin.close()
    assert run.end() == 0
    assert run.out == "as it came\n"


def test_standard_streams_that_are_closed_stay_closed_and_are_not_mistaken_for_our_sockets(tmp_path):
    seen = tmp_path / "seen"
    look = f"""
import os, sys
standard = [os.path.exists(f'/proc/self/fd/{{fd}}') for fd in (0, 1, 2)]
open({str(seen)!r}, 'w').write(repr(standard))
sys.exit(6)
"""
    shell = 'exec "$@" <&- >&- 2>&-'
    command = [sys.executable, "-P", "-m", "obs", "run", "--port", "0", "--", sys.executable, "-c", look]
    environ = {**os.environ, "OBS_RUNTIME_DIR": str(tmp_path / "r")}
    done = subprocess.run(["sh", "-c", shell, "sh", *command], env=environ, check=False)
    assert done.returncode == 6
    # Looking needs no descriptor, so what is open was handed down.
    assert seen.read_text() == "[False, False, False]"


def test_a_second_request_to_end_does_not_wait_for_the_host(launch):
    run = launch("sh", "-c", "echo ready; exec sleep 100", env={"OBS_SHUTDOWN_TIMEOUT": "60"}).says("ready")
    os.kill(until(lambda: run.host), signal.SIGSTOP)
    while run.process.poll() is None:
        run.signal(signal.SIGTERM)
    assert run.end() == 128 + signal.SIGTERM


def test_where_signals_cannot_be_waited_for_the_service_still_runs(tmp_path):
    """As on macOS."""
    code = (
        "from obs.host import launcher, signals; signals.SUPPORTED = False\n"
        "launcher.launch(['sh', '-c', 'echo $$ $OBS_RUN_DIR; exit 3'], {'PATH': '/usr/bin:/bin'})"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        out, err = run.communicate(timeout=60)
    assert (out, run.returncode) == (f"{run.pid}\n", 3)
    assert "obs: off: " in err


@pytest.mark.parametrize(
    ("status", "words"), [(9, "killed by SIGKILL"), (40, "killed by signal 40"), (1 << 8, "exit code 1")]
)
def test_how_a_child_ended_in_words(status, words):
    assert children.how(status) == words


def test_no_process_is_left(launch):
    run = launch("sh", "-c", "echo ready; read line", stdin=subprocess.PIPE).says("ready")
    group = run.process.pid
    run.process.stdin.close()
    run.end()
    left = [path for path in Path("/proc").glob("[0-9]*/environ") if str(run.runtime).encode() in readable(path)]
    assert left == []
    assert not Path(f"/proc/{group}").exists()


def test_orphans_are_reaped(python):
    """As for PID 1: whoever is handed to us leaves no zombie."""
    become_reaper = lambda: ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # noqa: E731
    run = python("target_orphans.py", preexec_fn=become_reaper)
    assert run.end() == 0, run.err
    assert run.out.splitlines() == ["orphans 5", "zombies 0"]


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare"), reason="needs root and unshare")
def test_as_pid_1_it_forwards_reaps_and_ends_with_the_services_code(tmp_path):
    service = [sys.executable, str(Path(__file__).with_name("target_pid1.py"))]
    inner = [sys.executable, "-P", "-m", "obs", "run", "--port", "0", "--", *service]
    run = subprocess.run(
        ["unshare", "--pid", "--fork", "--mount-proc", *inner],
        env={**os.environ, "OBS_RUNTIME_DIR": str(tmp_path / "r")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stdout.splitlines() == ["launcher 1", "orphans 5", "zombies 0", "got SIGTERM"], run.stderr
    assert run.returncode == 9


def readable(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
