"""What the demo shows while it runs: a live table on a terminal, a plain one now and then elsewhere, or nothing."""

from __future__ import annotations

import shutil
import sys
import time
from importlib.util import find_spec
from typing import Any

from obs.host.table import View, coloured, plain

EVERY = 5.0
"""Seconds between two plain tables."""


class Screen:
    """Shows nothing: the base of the others, and what ``--json`` has."""

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, view: View) -> None:
        """The state of things, once a second."""

    def last(self, view: View) -> None:
        """The state at the end."""


class Plain(Screen):
    """A table every few seconds, for a log or a pipe."""

    def __init__(self) -> None:
        self._due = time.monotonic() + EVERY

    def show(self, view: View) -> None:
        if time.monotonic() >= self._due:
            self._due += EVERY
            self.last(view)

    def last(self, view: View) -> None:
        print(plain(view, shutil.get_terminal_size().columns), end="\n\n", flush=True)


class Live(Screen):
    """One table that changes in place. Leaves its last state on the terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console = Console()
        self._live: Any = Live(console=self._console, auto_refresh=False)

    def __enter__(self) -> Screen:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, view: View) -> None:
        self._live.update(coloured(view, self._console.width), refresh=True)

    last = show


def screen(*, json: bool) -> Screen:
    """The screen for where standard output goes."""
    if json:
        return Screen()
    return Live() if sys.stdout.isatty() and find_spec("rich") else Plain()


class Progress:
    """One line on standard error that says what is awaited, and disappears; in a log, a line for each step."""

    def __init__(self) -> None:
        self._tty = sys.stderr.isatty()
        self._said = ""
        self._since = time.monotonic()

    def say(self, what: str) -> None:
        """Call it again and again while waiting."""
        if self._tty:
            sys.stderr.write(f"\r\x1b[K{what} … {time.monotonic() - self._since:.1f} s")
        elif what != self._said:
            sys.stderr.write(f"{what} …\n")
        self._said = what
        sys.stderr.flush()

    def clear(self) -> None:
        if self._tty:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
