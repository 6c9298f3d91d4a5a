"""The seconds of a run, booked to the works that spent them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from obs.host.reading import reading
from obs.host.tally import Owner as Owner
from obs.metrics import catalog
from obs.metrics.metric import Metric

Series = tuple[Metric, Sequence[str], Sequence[float]]
"""A metric, the values of its labels in order, and its cells, merged over the processes."""

KINDS = ("request", "job")

RELATED = ("(after) ", "(threads) ")
"""Before a work's name: what its children did when it had ended already, and what they did in other threads."""


class Entry(NamedTuple):
    """Who spends: a work, or time of no work, such as ``(loop)``, whose kind is empty."""

    kind: str
    name: str


class Spent(NamedTuple):
    """What an entry has spent since the run began, or between two looks."""

    cpu: float = 0.0
    """Seconds."""
    held: float = 0.0
    """Seconds that it held the loop without using CPU."""
    calls: float = 0.0
    """How often it ended."""

    def plus(self, other: Spent) -> Spent:
        return Spent(self.cpu + other.cpu, self.held + other.held, self.calls + other.calls)

    def since(self, earlier: Spent) -> Spent:
        return Spent(self.cpu - earlier.cpu, self.held - earlier.held, self.calls - earlier.calls)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every entry of a run at one moment."""

    process_cpu: float
    """Seconds that the kernel counted for the service's processes: all that there is to account for."""
    spent: Mapping[Entry, Spent]
    owners: Mapping[Entry, Owner]

    def since(self, earlier: Ledger) -> Ledger:
        """What was spent after ``earlier``."""
        nothing = Spent()
        spent = {entry: now.since(earlier.spent.get(entry, nothing)) for entry, now in self.spent.items()}
        return Ledger(self.process_cpu - earlier.process_cpu, spent, self.owners)


def ledger(series: Iterable[Series]) -> Ledger:
    """What ``series`` say of who spent what."""
    rows = list(series)
    spent: defaultdict[Entry, Spent] = defaultdict(Spent)
    features: dict[Entry, str] = {}
    owners: dict[Entry, Owner] = {}
    process_cpu = 0.0
    for metric, values, cells in rows:
        labels = dict(zip(metric.labels, values, strict=True))
        if metric.name == catalog.OBS_WORK_SECONDS.name and labels["state"] in ("cpu", "held"):
            entry = entry_of(labels["kind"], labels["work"])
            spent[entry] = spent[entry].plus(Spent(**{labels["state"]: cells[0]}))
            features[entry] = labels["feature"]
        elif metric.name == catalog.OBS_WORK_INFO.name:
            owners[Entry(labels["kind"], labels["work"])] = Owner(labels["feature"], labels["team"])
        elif metric.name == catalog.PROCESS_CPU.name:
            process_cpu += cells[0]
    for entry, calls in counted(rows, spent):
        spent[entry] = spent[entry].plus(Spent(calls=calls))
    return Ledger(process_cpu, dict(spent), owned(features, owners))


def entry_of(kind: str, name: str) -> Entry:
    """The entry of these labels. Time of no work has no kind that is one of work."""
    return Entry(kind if kind in KINDS else "", name)


def counted(rows: Iterable[Series], spent: Mapping[Entry, Spent]) -> Iterable[tuple[Entry, float]]:
    """How often each entry's work ended: a request or a job of its name."""
    tallies = reading(0.0, ((metric.name, values, cells) for metric, values, cells in rows)).works
    return [(entry, tallies[entry.name].total) for entry in list(spent) if entry.kind and entry.name in tallies]


def owned(features: Mapping[Entry, str], infos: Mapping[Entry, Owner]) -> dict[Entry, Owner]:
    """The owner of each entry: what ``obs_work_info`` says, and of works whose processes are gone, their feature's."""
    teams = {owner.feature: owner.team for owner in infos.values()}
    found = dict(infos)
    for entry, feature in features.items():
        known = infos.get(Entry(entry.kind, origin(entry.name)))
        found[entry] = known or Owner(feature, teams.get(feature, ""))
    return found


def origin(name: str) -> str:
    """The name of the work that ``name`` is related to, or is."""
    for prefix in RELATED:
        name = name.removeprefix(prefix)
    return name
