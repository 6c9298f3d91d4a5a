"""A ledger as the rows of a table: by work, by feature or by team, and then the time of no work, so that it adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from obs.host.cost.ledger import Entry, Ledger, Owner, Spent

NOBODY = "(no owner)"
"""The works that no feature of obs.toml matches."""

ELSEWHERE = "(elsewhere)"
"""What the processes used where nothing keeps a clock: their start, a master, obs's own threads."""

TICK = 0.01
"""Seconds in which the kernel counts a process's CPU: less than one says nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line."""

    name: str
    spent: Spent
    owner: str = ""
    """Of a work its feature and team, of a feature its team, of a team its features."""


@dataclass(frozen=True, slots=True)
class Bill:
    """The whole table."""

    by: str
    seconds: float
    """That it is over."""
    rows: list[Row]
    """Whose CPU it is, the dearest first."""
    others: list[Row]
    """Time of no work."""
    total: Spent
    """The sum of all rows: the CPU of the service's processes, to a tick."""


By = Callable[[Entry, Owner], str]

GROUPS: Mapping[str, tuple[By, Callable[[Owner], str]]] = {
    "work": (lambda entry, _: entry.name, lambda owner: f"{owner.feature} ({owner.team})" if owner.feature else NOBODY),
    "feature": (lambda _, owner: owner.feature or NOBODY, lambda owner: owner.team),
    "team": (lambda _, owner: owner.team or NOBODY, lambda owner: owner.feature),
}
"""For each ``--by``: the name of an entry's row, and what its column of owners says."""


def bill(ledger: Ledger, by: str, seconds: float) -> Bill:
    """What was spent in ``ledger``, over ``seconds``, by one of :data:`GROUPS`."""
    rows = list(grouped(ledger, by))
    others = dearest([Row(entry.name, spent) for entry, spent in ledger.spent.items() if not entry.kind and any(spent)])
    missing = ledger.process_cpu - add(row.spent for row in [*rows, *others]).cpu
    if missing >= TICK:
        others.append(Row(ELSEWHERE, Spent(cpu=missing)))
    return Bill(by, seconds, dearest(rows), others, add(row.spent for row in [*rows, *others]))


def grouped(ledger: Ledger, by: str) -> Iterator[Row]:
    """A row for each name that works have under this grouping."""
    name_of, owner_of = GROUPS[by]
    spent: defaultdict[str, Spent] = defaultdict(Spent)
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for entry, part in ledger.spent.items():
        if entry.kind and any(part):
            owner = ledger.owners.get(entry, Owner())
            name = name_of(entry, owner)
            spent[name] = spent[name].plus(part)
            owners[name].add(owner_of(owner))
    for name, total in spent.items():
        yield Row(name, total, ", ".join(sorted(filter(None, owners[name]))))


def dearest(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.spent.cpu, -row.spent.held, row.name))


def add(parts: Iterator[Spent]) -> Spent:
    return reduce(Spent.plus, parts, Spent())
