"""One finding: what is wrong, how much it costs, what shows it, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Name(NamedTuple):
    """A name in a title, that a page can make a link of."""

    of: str
    """``work``, ``queue`` or ``process``."""
    name: str


class Figure(NamedTuple):
    label: str
    value: float | None
    unit: str
    """``s``, ``ratio``, ``/s``, ``count``, ``s/s`` or ``bytes``."""


class Evidence(NamedTuple):
    """Where to look: one of the views, of a work or the thing with that id."""

    label: str
    view: str
    work: str = ""
    id: str = ""

    def as_json(self) -> dict[str, str]:
        """As the page's addresses have it: the view of one work is called by its ``name``."""
        about = {"name" if self.view == "work" else "work": self.work, "id": self.id}
        return {"label": self.label, "view": self.view} | {name: part for name, part in about.items() if part}


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    severity: float
    """Seconds that are lost each second because of it: what the ranking is by."""
    title: tuple[str | Name, ...]
    why: str
    advice: str
    figures: tuple[Figure, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    command: str = ""
    since: float | None = None
    works: frozenset[str] = field(default_factory=frozenset)
    """Those that it is about."""
    about: str = ""
    """What tells it from others of its kind with the same names in their titles."""

    @property
    def id(self) -> str:
        """The same as long as it is about the same, and no other's."""
        names = [part.name for part in self.title if isinstance(part, Name)]
        return "-".join([self.kind, *names, *filter(None, [self.about])])

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.name for part in self.title)

    @property
    def rank(self) -> float:
        """:attr:`severity` from 0 to 1, for colours: three tenths of a second lost each second are the middle."""
        return self.severity / (self.severity + HALF)

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "severity": self.rank,
            "lost": self.severity,
            "text": self.text,
            "why": self.why,
            "remedy": self.advice,
            "figures": [figured(figure) for figure in self.figures if figure.value is not None],
            "evidence": [each.as_json() for each in self.evidence],
            "command": self.command,
            "since": self.since,
            "works": sorted(self.works),
        }


HALF = 0.3


def figured(figure: Figure) -> dict[str, Any]:
    """A figure in a unit of the API."""
    unit, value = figure.unit, figure.value or 0.0
    if unit == "s/s":
        return {"label": f"{figure.label} each second", "value": value, "unit": "seconds"}
    if unit in UNITS:
        return {"label": figure.label, "value": value, "unit": UNITS[unit]}
    text = f"{value / 1e6:,.0f} MB" if unit == "bytes" else f"{value:,.0f}"
    return {"label": figure.label, "value": text, "unit": "text"}


UNITS = {"s": "seconds", "ratio": "ratio", "/s": "per_second"}


def work(name: str) -> Name:
    return Name("work", name)
