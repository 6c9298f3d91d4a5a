"""Did the command start, and did obs get in?"""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.situation import Situation


def started(situation: Situation) -> Iterator[Finding]:
    """What the trial itself says, before what its processes report."""
    trial = situation.trial
    if trial is None:
        return
    said = trial.output.splitlines()[-1:] or ["it printed nothing"]
    if trial.code:
        fix = "start it by itself, without obs, and see"
        yield Finding("error", f"the command ended with code {trial.code}", f"its last line: {said[0]}", fix)
    elif not trial.served and trial.code is None:
        fix = "a worker that serves no port needs nothing; for a slow start: obs doctor --seconds 60"
        yield Finding("note", "the command listened on no port in that time", f"its last line: {said[0]}", fix)
    if not trial.reports:
        yield Finding(
            "warning",
            "no Python process of the command reported: obs didn't get in, or they were killed before they could",
            f"its last line: {said[0]}",
            "see the other findings; a program that ends itself with os._exit can't be looked into",
        )
