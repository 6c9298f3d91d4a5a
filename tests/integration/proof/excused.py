"""Queries that may rightly be empty in the proof, each with the reason. One that is here and answers is no fault."""

from __future__ import annotations

from collections.abc import Mapping

from obs.generate.queries import Target

EXCUSED: Mapping[str, str] = {
    ": deploys": "one version runs: nothing is deployed while the proof lasts",
    ": What the last deploy changed: ": "there was no version before this one",
    ":previous_": "the same",
}
"""What is in a query's place (``Board: panel: query``) or in its PromQL, and why nothing has to be there."""


def excused(target: Target) -> bool:
    return any(known in f"{target.place} {target.expr}" for known in EXCUSED)
