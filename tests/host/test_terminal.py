"""``obs run`` at a terminal: its keys reach the service once, it can read it, and a shell can stop and continue it."""

from __future__ import annotations

import os
import pty
import select
import struct
import sys
import time
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pytest

HERE = Path(__file__).parent
CTRL_C, CTRL_Z, CTRL_BACKSLASH = b"\x03", b"\x1a", b"\x1c"
DEADLINE = 30.0


class Terminal:
    """A pseudo-terminal and the program that leads its session."""

    def __init__(self, *command: str, runtime: Path) -> None:
        os.environ.update(OBS_RUNTIME_DIR=str(runtime), OBS_PORT="0")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(command[0], command)
        self.text = ""

    def write(self, keys: bytes) -> None:
        os.write(self.fd, keys)

    def expect(self, text: str) -> str:
        """Read until ``text`` is there; returns what came since the last call, up to and with it."""
        end = time.monotonic() + DEADLINE
        while text not in self.text:
            if not select.select([self.fd], [], [], max(0.0, end - time.monotonic()))[0]:
                raise AssertionError(f"no {text!r} in {self.text!r}")
            self.text += os.read(self.fd, 4096).decode()
        seen, _, self.text = self.text.partition(text)
        return seen + text

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        os.close(self.fd)


OBS_RUN = (sys.executable, "-P", "-m", "obs", "run", "--")
SERVICE = (sys.executable, str(HERE / "target_terminal.py"))


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A shell whose foreground job is the service under ``obs run``."""
    monkeypatch.setenv("OBS_SERVICE", "shop")  # and have the two that Terminal sets undone
    monkeypatch.setenv("OBS_RUNTIME_DIR", "")
    monkeypatch.setenv("OBS_PORT", "")
    terminal = Terminal(sys.executable, str(HERE / "target_shell.py"), *OBS_RUN, *SERVICE, runtime=tmp_path / "r")
    terminal.expect("ready")
    return terminal


@pytest.mark.parametrize(("key", "name"), [(CTRL_C, "SIGINT"), (CTRL_BACKSLASH, "SIGQUIT")])
def test_a_key_is_one_signal(shell, key, name):
    shell.write(key)
    seen = shell.expect(f"<{name}>")
    shell.write(b"end\n")
    seen += shell.expect("job ended 4")
    assert seen.count(f"<{name}>") == 1


def test_a_resize_is_one_signal(shell):
    ioctl(shell.fd, TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    seen = shell.expect("<SIGWINCH>")
    shell.write(b"end\n")
    assert (seen + shell.expect("job ended 4")).count("<SIGWINCH>") == 1


def test_the_service_reads_the_terminal(shell):
    shell.write(b"hello\n")
    shell.expect("read hello")
    shell.write(b"end\n")
    shell.expect("job ended 4")


def test_ctrl_z_stops_the_job_and_the_shell_continues_it(shell):
    for _ in range(2):
        shell.write(CTRL_Z)
        shell.expect("job stopped SIGTSTP")
        shell.write(b"fg\n")
        shell.expect("<SIGCONT>")
        shell.write(b"hello\n")
        shell.expect("read hello")
    shell.write(b"end\n")
    shell.expect("job ended 4")


def test_a_hang_up_reaches_the_service_of_a_launcher_that_leads_its_session(tmp_path, monkeypatch):
    """As in ``docker run -t``: the kernel tells only the leader."""
    for name in ("OBS_RUNTIME_DIR", "OBS_PORT"):
        monkeypatch.setenv(name, "")
    heard = tmp_path / "heard"
    script = f"trap 'echo hung up > {heard}; exit 5' HUP; echo ready; while :; do sleep 0.05; done"
    terminal = Terminal(*OBS_RUN, "/bin/sh", "-c", script, runtime=tmp_path / "r")
    terminal.expect("ready\r\n")
    terminal.close()
    assert terminal.wait() == 5
    assert heard.read_text() == "hung up\n"


def test_without_a_shell_to_continue_it_ctrl_z_stops_nothing(tmp_path, monkeypatch):
    """An orphaned process group, as in ``docker run -t``: the kernel drops the stop, and so do we."""
    for name in ("OBS_RUNTIME_DIR", "OBS_PORT"):
        monkeypatch.setenv(name, "")
    terminal = Terminal(*OBS_RUN, *SERVICE, runtime=tmp_path / "r")
    terminal.expect("ready")
    terminal.write(CTRL_Z)
    terminal.write(b"end\n")
    terminal.expect("read end")
    assert terminal.wait() == 4
