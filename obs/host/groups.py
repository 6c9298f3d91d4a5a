"""A reading by feature or team, instead of by work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from obs.host.cost.ledger import origin
from obs.host.cost.rows import NOBODY
from obs.host.tally import Owner, Reading, Tally

GROUPS: Mapping[str, Callable[[Owner], str]] = {
    "work": lambda _owner: "",
    "feature": lambda owner: owner.feature,
    "team": lambda owner: owner.team,
}
"""What a row can be, and which of an owner's names it then bears."""


def group(by: str, owners: Mapping[str, Owner], work: str) -> str:
    """The name of the row that ``work`` is in. Time of no work stays by itself, but for what a work left behind."""
    if by == "work":
        return work
    owner = owners.get(origin(work))
    if owner is None:
        return work if work.startswith("(") else NOBODY
    return GROUPS[by](owner) or (work if work.startswith("(") else NOBODY)


def grouped(reading: Reading, by: str, owners: Mapping[str, Owner]) -> Reading:
    """``reading`` with each row's works in one: its works are the groups, and who waits for whom is said of them."""
    if by == "work":
        return reading
    name_of = partial(group, by, owners)
    works: defaultdict[str, Tally] = defaultdict(Tally)
    for work, tally in reading.works.items():
        works[name_of(work)] += tally
    blame: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (culprit, victim), seconds in reading.blame.items():
        blame[name_of(culprit), name_of(victim)] += seconds
    return replace(reading, works=works, blame=blame)
