"""Loops that hardly sleep, and workers that all have a job."""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding
from obs.host.live.moment import Moment

BUSY = 0.7
"""Of a loop's time, from which what comes queues (docs: obs_loop_seconds_total)."""

SYMPTOM = 0.2
"""What of it counts: who makes them busy is the story, and has a finding of its own."""

FULL = 0.9
"""Of the workers' places."""


def find(moment: Moment) -> Iterator[Finding]:
    pulse, jobs = moment.pulse, moment.now.reading.jobs
    if pulse.busy is not None and pulse.busy >= BUSY:
        yield Finding(
            "saturated",
            SYMPTOM * (pulse.busy - BUSY) * max(moment.loops, 1),
            (f"The loops are busy {words.share(pulse.busy)} of the time",),
            f"What becomes ready waits {words.seconds(pulse.late)} for its turn (99 of 100 less). Everything is slow.",
            "See who runs, and make that cheaper; or add worker processes if there are free CPUs.",
            (Figure("busy", pulse.busy, "ratio"), Figure("late p99", pulse.late, "s")),
            (Evidence("each process's loop", "loop"),),
            f"obs cost --service {words.quoted(moment.service)}",
            about="loops",
        )
    if jobs.slots and jobs.active / jobs.slots >= FULL:
        yield Finding(
            "saturated",
            0.02 * jobs.active,
            (f"{jobs.active:.0f} of {jobs.slots:.0f} places for jobs are taken",),
            "The next job waits until one ends.",
            "Add workers if their loops are free, else make the jobs cheaper.",
            (Figure("taken", jobs.active / jobs.slots, "ratio"),),
            (Evidence("the queues", "jobs"),),
            f"obs top --service {words.quoted(moment.service)} --sort wait",
            about="jobs",
        )
