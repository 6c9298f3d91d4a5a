"""The list of works that rows refer to by place: it only grows, so a place stays a work's as long as the host lives."""

from __future__ import annotations

from typing import Any

from obs.host.live.moment import Moment
from obs.host.live.text import short
from obs.host.tally import Owner


class Roster:
    """``generation`` is another whenever the list is."""

    def __init__(self) -> None:
        self.generation = 0
        self.places: dict[str, int] = {}
        self.works: tuple[dict[str, Any], ...] = ()

    def add(self, moment: Moment) -> None:
        """Take in the works of ``moment`` that are new, the busiest first."""
        reading, found = moment.now.reading, list(self.works)
        for row in moment.rates.works:
            owner = reading.owners.get(row.work, Owner())
            entry = {
                "name": short(row.work),
                "kind": row.kind,
                "feature": short(owner.feature),
                "team": short(owner.team),
            }
            at = self.places.setdefault(row.work, len(found))
            found[at : at + 1] = [entry]
        if len(found) != len(self.works) or any(a != b for a, b in zip(found, self.works, strict=True)):
            self.works, self.generation = tuple(found), self.generation + 1

    def full(self, name: str) -> str:
        """The work that ``name`` means: a long one is known to others by its beginning only."""
        if name in self.places or not name.endswith("…"):
            return name
        return next((full for full in self.places if short(full) == name), name)

    def name(self, place: int) -> str | None:
        """The work at a place, in full."""
        return next((name for name, at in self.places.items() if at == place), None)
