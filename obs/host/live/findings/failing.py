"""Works that fail."""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding, work
from obs.host.live.moment import Moment
from obs.host.tally import Tally
from obs.jobs.outcomes import GOOD

LEAST, LEAST_SHARE = 3, 0.005
"""Failures lately, and of all: fewer are chance."""

COST = 0.1
"""Seconds that one failure counts as: somebody has to do it again."""


def find(moment: Moment) -> Iterator[Finding]:
    for name, done in moment.done.items():
        if done.errors >= LEAST and done.total and done.errors / done.total >= LEAST_SHARE:
            yield failing(moment, name, done)


def failing(moment: Moment, name: str, done: Tally) -> Finding:
    part, rate = done.errors / done.total, done.errors / moment.lately
    answers = {answer: number for answer, number in done.answers.items() if number > 0 and is_bad(answer)}
    told = ", ".join(f"{answer} {words.times(number)}" for answer, number in sorted(answers.items()))
    return Finding(
        "failing",
        COST * rate,
        (work(name), f" fails {words.share(part)} of the time"),
        f"{done.errors:.0f} of {done.total:.0f} in {moment.lately:.0f} s{f': {told}' if told else ''}.",
        "See a failed one with its error, then the service's own log at that time.",
        (Figure("failed", part, "ratio"), Figure("failures", rate, "/s")),
        (Evidence("failed ones, with their spans", "slow", name), Evidence("this work", "work", name)),
        f"obs top --service {words.quoted(moment.service)} --sort errors",
        works=frozenset([name]),
    )


def is_bad(answer: str) -> bool:
    """Of a status or outcome."""
    return answer.startswith("5") if answer.isdigit() else answer not in GOOD
