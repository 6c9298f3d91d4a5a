"""One process that is not like its siblings."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding, Name
from obs.host.live.moment import Moment
from obs.host.live.views.now import members

LEAST_SIBLINGS = 3
FURTHER = 0.25
"""Of the loop's time above the median."""

LARGER = 2.0
"""Times the median's memory."""


def find(moment: Moment) -> Iterator[Finding]:
    found = members(moment)
    busy = [each for each in found if each["busy"] is not None]
    if len(busy) >= LEAST_SIBLINGS:
        middle = median(each["busy"] for each in busy)
        for each in busy:
            if each["busy"] - middle >= FURTHER:
                yield hotter(each, middle)
    large = [each for each in found if each["memory"]]
    if len(large) >= LEAST_SIBLINGS:
        middle = median(each["memory"] for each in large)
        for each in large:
            if each["memory"] >= LARGER * middle and each["memory"] - middle >= 200e6:
                yield larger(each, middle)


def hotter(each: dict[str, Any], middle: float) -> Finding:
    return Finding(
        "apart",
        each["busy"] - middle,
        (
            Name("process", str(each["pid"])),
            f" is busy {words.share(each['busy'])}, its siblings {words.share(middle)}",
        ),
        "Work is not spread evenly: it has a heavy connection, or does what the others don't.",
        "See what it works on.",
        (Figure("busy", each["busy"], "ratio"), Figure("median", middle, "ratio")),
        (Evidence("the processes", "loop", id=str(each["pid"])),),
        f"obs profile {each['pid']}",
        about="busy",
    )


def larger(each: dict[str, Any], middle: float) -> Finding:
    return Finding(
        "apart",
        0.03,
        (Name("process", str(each["pid"])), f" has {each['memory'] / middle:.1f} times the memory of its siblings"),
        "It leaks, or holds something large.",
        "See what it works on, and how its memory goes.",
        (Figure("memory", each["memory"], "bytes"), Figure("median", middle, "bytes")),
        (Evidence("the processes", "loop", id=str(each["pid"])),),
        f"obs dump {each['pid']}",
        about="memory",
    )
