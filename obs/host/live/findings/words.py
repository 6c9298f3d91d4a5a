"""Numbers in sentences, and names in commands."""

from __future__ import annotations

import shlex

from obs import printable
from obs.host.live.text import short
from obs.host.table import duration


def share(part: float) -> str:
    """``41%``; what is not nothing is not 0%."""
    return f"{part:.0%}" if part >= 0.01 or part == 0 else "under 1%"


def seconds(value: float | None) -> str:
    return duration(value)


def times(number: float) -> str:
    """``once``, ``3 times``."""
    return "once" if round(number) == 1 else f"{number:,.0f} times"


def counted(number: float, one: str, several: str = "") -> str:
    """``1 process``, ``3 processes``."""
    return f"{number:,.0f} {one if round(number) == 1 else several or one + 's'}"


def lately(seconds: float) -> str:
    """``of the last 40 s``, ``of the last 2 minutes``."""
    span = counted(seconds / 60, "minute") if seconds >= 110 else f"{seconds:.0f} s"
    return f"of the last {span}"


def quoted(name: str) -> str:
    """``name`` as a word of a shell's command. Names are others': it does nothing there but be that word."""
    return shlex.quote(printable.line(short(name)))


def profile(view: str, name: str, service: str) -> str:
    """The command that shows where a work spends one of its clocks."""
    return f"obs profile --service {quoted(service)} --view {view} --work {quoted(name)} -o profile.html"
