"""Garbage collections that stop the processes."""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding
from obs.host.live.moment import Moment
from obs.host.live.views.loop import collecting

LEAST = 0.03
"""Of the processes' time; and a pause from which people notice."""

LONG = 0.25


def find(moment: Moment) -> Iterator[Finding]:
    found = collecting(moment)
    processes = max(sum(member.kind == "service" for member in moment.now.members), 1)
    part, longest = found["seconds_per_s"] / processes, found["longest"]
    if part >= LEAST or (longest or 0.0) >= LONG:
        yield Finding(
            "collecting",
            found["seconds_per_s"],
            (f"Garbage collections stop the processes {words.share(part)} of the time",),
            f"{found['pauses_per_s']:.1f} a second, the longest about {words.seconds(longest)}.",
            "gc.freeze() after start-up, and fewer objects in cycles per request.",
            (Figure("of the time", part, "ratio"), Figure("longest, at most", longest, "s")),
            (Evidence("the loops", "loop"),),
            f"obs profile --service {words.quoted(moment.service)} --view cpu",
        )
