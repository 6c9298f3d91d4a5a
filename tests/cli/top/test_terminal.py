"""``obs top`` on a pseudo-terminal: it starts, hears keys and resizes, and leaves the terminal as it was."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

from tests.cli.top.conftest import Service

DEADLINE = 30.0
SHELL = Path(__file__).parents[2] / "host" / "target_shell.py"
TOP = (sys.executable, "-P", "-m", "obs", "top")
IN, OUT = "\x1b[?1049h", "\x1b[?1049l"
"""To a screen of its own, and back."""
HIDDEN, VISIBLE = "\x1b[?25l", "\x1b[?25h"
"""The cursor."""


class Terminal:
    """A pseudo-terminal, and the program that leads its session."""

    def __init__(self, *command: str, columns: int = 100, lines: int = 30) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.execve(command[0], command, {**os.environ, "TERM": "xterm-256color"})
        self.before = termios.tcgetattr(self.fd)
        self.seen = ""
        self._from = 0

    def write(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def expect(self, text: str) -> None:
        """Read until ``text`` comes, after what was expected before."""
        end = time.monotonic() + DEADLINE
        while (found := self.seen.find(text, self._from)) < 0:
            if not select.select([self.fd], [], [], max(0.0, end - time.monotonic()))[0] or not self._read():
                raise AssertionError(f"no {text!r} in {self.seen[self._from :]!r}")
        self._from = found + len(text)

    def _read(self) -> bool:
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # nobody has it open any more
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)

    def end(self) -> int:
        """Its exit code, when all it has said is read."""
        while self._read():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    @property
    def restored(self) -> bool:
        """Whether lines are edited and keys seen as before, on the first screen, with a cursor."""
        return (
            termios.tcgetattr(self.fd) == self.before
            and self.seen.rindex(OUT) > self.seen.rindex(IN)
            and self.seen.rindex(VISIBLE) > self.seen.rindex(HIDDEN)
        )


Start = Callable[..., Terminal]


@pytest.fixture
def start(service: Service) -> Iterator[Start]:
    started: list[Terminal] = []

    def start(*command: str, interval: str = "3600") -> Terminal:
        """An interval of an hour: then nothing is drawn but for a key or a signal."""
        started.append(Terminal(*(command or (*TOP, "--interval", interval))))
        return started[-1]

    yield start
    for terminal in started:
        os.close(terminal.fd)


def test_keys_do_what_the_last_line_says_and_q_restores_the_terminal(start: Start) -> None:
    terminal = start()
    terminal.expect("GET /home")
    for keys, answer in {
        "?": "any key goes back",
        "x": "filter",
        "/sear": "/ \x1b[0msear",
        "\r\r": "another work",
        "\x1b": "/ sear",
        "g": "feature",
        " ": " paused ",
    }.items():
        terminal.write(keys)
        terminal.expect(answer)
    assert termios.tcgetattr(terminal.fd) != terminal.before
    terminal.write("q")
    assert terminal.end() == 0
    assert terminal.restored


def test_it_looks_again_at_each_interval(start: Start, service: Service) -> None:
    terminal = start(interval="0.5")
    terminal.expect("GET /home")
    service.serve("POST /new")
    terminal.expect("POST /new")
    terminal.write("q")
    assert terminal.end() == 0


def test_a_resize_is_drawn_at_once_also_where_columns_is_set(start: Start) -> None:
    terminal = start()
    terminal.expect("q\x1b[0m quit")
    terminal.resize(39, 9)
    terminal.expect("obs top needs 40x10")
    terminal.resize(120, 40)
    terminal.expect("clocks: each")
    terminal.write("q")
    assert terminal.end() == 0
    assert terminal.restored


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_it_gets_the_terminal_back(start: Start, number: signal.Signals) -> None:
    terminal = start()
    terminal.expect("GET /home")
    os.kill(terminal.pid, number)
    assert terminal.end() == 0
    assert terminal.restored


def test_ctrl_c_quits(start: Start) -> None:
    terminal = start()
    terminal.expect("GET /home")
    terminal.write("\x03")
    assert terminal.end() == 0
    assert terminal.restored
    assert "Traceback" not in terminal.seen


def test_the_end_of_the_run_is_said_with_what_was_seen_last(start: Start, service: Service) -> None:
    terminal = start(interval="0.5")
    terminal.expect("GET /home")
    service.end()
    assert terminal.end() == 0
    assert terminal.restored
    last = terminal.seen[terminal.seen.rindex(OUT) :]
    assert "GET /home" in last
    assert "the run of chat-api has ended (chat-api-1)" in last


CRASH = """
from obs.cli import main, top
from obs.cli.top import overview
def fail(*_):
    raise ZeroDivisionError("oh")
overview.blocks = fail
main.main(["top"])
"""


def test_a_crash_leaves_the_terminal_as_it_was_and_its_traceback_readable(start: Start) -> None:
    terminal = start(sys.executable, "-c", CRASH)
    assert terminal.end() == 1
    assert terminal.restored
    assert "ZeroDivisionError" in terminal.seen[terminal.seen.rindex(OUT) :]


def test_ctrl_z_gives_the_shell_its_terminal_and_fg_takes_it_again(start: Start) -> None:
    terminal = start(sys.executable, str(SHELL), *TOP, "--interval", "3600")
    terminal.expect("GET /home")
    for _ in range(2):
        terminal.write("\x1a")
        terminal.expect(OUT)
        terminal.expect("job stopped SIGTSTP")
        assert terminal.restored
        terminal.write("fg\n")
        terminal.expect(IN)
        terminal.expect("GET /home")
    terminal.write("q")
    terminal.expect("job ended 0")
    assert terminal.end() == 0
    assert terminal.restored


def test_a_terminal_that_is_gone_ends_it(start: Start) -> None:
    terminal = start()
    terminal.expect("GET /home")
    os.close(terminal.fd)
    terminal.fd = os.open(os.devnull, os.O_RDONLY)
    assert os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]) == 0


def test_a_terminal_of_which_nothing_is_known_gets_a_plain_table(service: Service) -> None:
    terminal = Terminal("/usr/bin/env", "TERM=dumb", *TOP, "--interval", "0.5")
    assert terminal.end() == 0
    os.close(terminal.fd)
    assert "GET /home" in terminal.seen
    assert "\x1b" not in terminal.seen
