"""The terminal: a screen of its own and keys as they are pressed, and everything as it was at the end."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from obs.cli.top.keys import Keys
from obs.host.blocks.render import Line

ESCAPE_TIME = 0.05
"""Seconds in which the rest of a key must come, or it was Esc: a packet on a slow line."""

QUIT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
REDRAW = (signal.SIGWINCH, signal.SIGCONT)


class Terminal:
    """A context manager: inside it, Ctrl-C, SIGTERM and a hang-up are KeyboardInterrupt, and Ctrl-Z stops us."""

    def __init__(self) -> None:
        self._input = sys.stdin.fileno()
        self._console = Console(highlight=False)
        self._keys = Keys()
        self._leaving = ExitStack()

    def __enter__(self) -> Terminal:
        with ExitStack() as leaving:
            self._wake = leaving.enter_context(heard())
            self._saved = termios.tcgetattr(self._input)
            leaving.callback(self._leave)
            self._enter()
            self._leaving = leaving.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.close()

    def _enter(self) -> None:
        # Not raw: Ctrl-C must end us even if we are busy.
        tty.setcbreak(self._input, termios.TCSANOW)
        self._live = Live(console=self._console, screen=True, auto_refresh=False, redirect_stdout=False)
        self._live.start()

    def _leave(self) -> None:
        with suppress(OSError, termios.error):  # the terminal may be gone
            self._live.stop()
        with suppress(OSError, termios.error):
            termios.tcsetattr(self._input, termios.TCSADRAIN, self._saved)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines, as they are now: COLUMNS and LINES say what they were when we were started."""
        size = os.get_terminal_size(sys.stdout.fileno())
        self._console.size = (size.columns, size.lines)
        return size.columns, size.lines

    def draw(self, lines: Sequence[Line]) -> None:
        """Draw a whole screen. A hang-up is KeyboardInterrupt here too."""
        drawn = Group(*(Text.assemble(*((text, style) for style, text in line), no_wrap=True) for line in lines))
        try:
            self._live.update(drawn, refresh=True)
        except OSError as error:
            raise KeyboardInterrupt from error

    def keys(self, timeout: float) -> list[str]:
        """The keys that are pressed within ``timeout`` seconds: as soon as there is one, or something to be redrawn."""
        wait = min(timeout, ESCAPE_TIME) if self._keys.pending else timeout
        ready, _, _ = select.select([self._input, self._wake], [], [], max(wait, 0.0))
        if self._wake in ready:
            self._signalled(os.read(self._wake, 1024))
        if self._input not in ready:
            return self._keys.flush() if self._keys.pending and not ready else []
        data = os.read(self._input, 1024)
        if not data:
            raise KeyboardInterrupt  # nobody is there any more
        return self._keys.feed(data)

    def _signalled(self, numbers: bytes) -> None:
        if signal.SIGTSTP in numbers:
            self._leave()
            # The default stops us here until a shell continues us; where there is none, the kernel drops the signal.
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            signal.raise_signal(signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, passed)
            self._enter()


@contextmanager
def heard() -> Iterator[int]:
    """A descriptor on which each signal's number is read; those of :data:`QUIT` raise KeyboardInterrupt too."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    handlers: dict[signal.Signals, Callable[..., Any]] = dict.fromkeys(QUIT, signal.default_int_handler)
    handlers |= dict.fromkeys((*REDRAW, signal.SIGTSTP), passed)
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    wakeup = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield reading
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, previous in before.items():
            signal.signal(number, previous)
        os.close(reading)
        os.close(writing)


def passed(*_: object) -> None:
    """Heard of through the descriptor."""
