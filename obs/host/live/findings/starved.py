"""Processes that could run and have no CPU: a limit of their container, or a machine that does too much."""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding
from obs.host.live.moment import Moment

LEAST = 0.1
"""Of the time, from which it is said."""

SYMPTOM = 0.2
"""What of it counts: the works that need the CPU have findings of their own."""


def find(moment: Moment) -> Iterator[Finding]:
    waited = []
    for member in moment.now.members:
        was = moment.earlier(member, long=True)
        if member.kind == "service" and was is not None:
            waited.append((member.starved - was.starved) / moment.lately)
    worst = max(waited, default=0.0)
    if worst >= LEAST:
        yield Finding(
            "starved",
            SYMPTOM * sum(waited),
            (f"The processes wait for a CPU up to {words.share(worst)} of the time",),
            "They could run and have none: it counts as held, and makes every other time here longer.",
            "Raise the CPU limit of the container, or run less on this machine.",
            (Figure("the worst process", worst, "ratio"), Figure("all processes", sum(waited), "s/s")),
            (Evidence("the processes", "loop"),),
            "obs doctor",
        )
