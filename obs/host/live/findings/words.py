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


def quoted(name: str) -> str:
    """``name`` as a word of a shell's command. Names are others': it does nothing there but be that word."""
    return shlex.quote(printable.line(short(name)))


def profile(view: str, name: str, service: str) -> str:
    """The command that shows where a work spends one of its clocks."""
    return f"obs profile --service {quoted(service)} --view {view} --work {quoted(name)} -o profile.html"
