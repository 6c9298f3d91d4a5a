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

    @property
    def id(self) -> str:
        """The same as long as it is about the same."""
        return "-".join([self.kind, *(part.name for part in self.title if isinstance(part, Name))])

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.name for part in self.title)

    @property
    def level(self) -> str:
        """How loud to say it: half a second a second is half of a loop."""
        return "high" if self.severity >= 0.3 else "medium" if self.severity >= 0.05 else "low"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "severity": self.severity,
            "level": self.level,
            "title": [part if isinstance(part, str) else {part.of: part.name} for part in self.title],
            "text": self.text,
            "why": self.why,
            "advice": self.advice,
            "figures": [figure._asdict() for figure in self.figures],
            "evidence": [{name: part for name, part in each._asdict().items() if part} for each in self.evidence],
            "command": self.command,
            "since": self.since,
        }


def work(name: str) -> Name:
    return Name("work", name)
