"""Processes that could run and have no CPU: a limit of their container, or a machine that does too much."""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding
from obs.host.live.moment import Moment

SYMPTOM = 0.2
"""What of it counts: the works that need the CPU have findings of their own. Where it is most of the time, that
part of what works lose behind others counts here instead."""


def find(moment: Moment) -> Iterator[Finding]:
    waited, worst = moment.starved, moment.hungriest
    if moment.starving:
        yield Finding(
            "starved",
            sum(waited) + worst * sum(moment.blame.values()) if moment.famished else SYMPTOM * sum(waited),
            (f"The processes wait for a CPU up to {words.share(worst)} of the time",),
            "They could run and have none: it counts as held, and makes every other time here longer.",
            "Raise the CPU limit of the container, or run less on this machine.",
            (Figure("the worst process", worst, "ratio"), Figure("all processes", sum(waited), "s/s")),
            (Evidence("the processes", "loop"),),
            "obs doctor",
        )
