"""What to know of a window that no stack shows, but which stacks bear."""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.profile.moment import Window

COLLECTING = 0.05
"""The share of the time from which garbage collections are spoken of: below it there is nothing to win."""

STARVED = 0.1
"""The share of the time from which it is said that the process stood in line for a CPU."""


def remarks(window: Window) -> Iterator[str]:
    """Each the end of a sentence that begins with the process."""
    collecting = window.used.collecting / window.seconds
    if collecting >= COLLECTING:
        yield f": garbage collections took {collecting:.0%} of the time; the lines that make objects bear it"
    starved = window.starved / window.seconds
    if starved >= STARVED:
        yield f" stood in line for a CPU for {starved:.0%} of the time, which counts as held: a limit or a busy machine"
