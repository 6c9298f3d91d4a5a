"""Jobs that fail and are tried again: the workers do them more than once."""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding, work
from obs.host.live.moment import Moment
from obs.jobs.outcomes import RETRIED

LEAST, LEAST_SHARE = 3, 0.02

COST = 0.05
"""Seconds that one retry counts as: a worker's, and nobody waits for an answer."""


def find(moment: Moment) -> Iterator[Finding]:
    for name, done in moment.done.items():
        again = done.answers.get(RETRIED, 0.0)
        if again >= LEAST and done.total and again / done.total >= LEAST_SHARE:
            part = again / done.total
            yield Finding(
                "retries",
                COST * again / moment.lately,
                (work(name), f" fails and is tried again {words.share(part)} of the time"),
                f"{again:.0f} of {done.total:.0f} deliveries in {moment.lately:.0f} s came back to the queue. "
                "Each is worked on once more, later.",
                "See why it fails; what can't succeed should be given up, not tried again.",
                (Figure("retried", part, "ratio"), Figure("retries", again / moment.lately, "/s")),
                (Evidence("this job", "work", name), Evidence("the queues", "jobs")),
                f"obs top --service {words.quoted(moment.service)} --filter {words.quoted(name)}",
                works=frozenset([name]),
            )
