"""The routes and jobs that a service is known to have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from obs.metrics.metric import OVERFLOW

Kind = Literal["request", "job"]
SECTIONS: dict[Kind, str] = {"request": "routes", "job": "jobs"}
"""The key of a feature that holds the patterns of each kind."""


MADE_UP = ("(unmatched)", OVERFLOW)
"""What no route matched, and what a cap kept out."""


class Works(NamedTuple):
    """What somebody has seen of a service: never the whole of it, so only a kind that was seen at all is judged."""

    source: str = ""
    """Who has seen them: a run, an application; empty for nobody."""
    requests: tuple[str, ...] = ()
    """``GET /users/<int:id>``, by name."""
    jobs: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: str, works: Iterable[tuple[str, str]]) -> Works:
        """From kinds and names, as ``obs_work_info`` has them, without the names that obs itself makes up."""
        found = sorted({(kind, name) for kind, name in works if not name.endswith(MADE_UP)})
        requests, jobs = ([name for kind, name in found if kind == wanted] for wanted in SECTIONS)
        return cls(source, tuple(requests), tuple(jobs))

    def named(self, kind: Kind) -> tuple[str, ...]:
        """The names of that kind."""
        return self.requests if kind == "request" else self.jobs

    def all(self) -> Iterator[tuple[Kind, str]]:
        """Each with its kind."""
        for kind in SECTIONS:
            for name in self.named(kind):
                yield kind, name
