"""Sampled shapes, exact totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt

from obs.profiling.session import VIEWS, Sample, Session, View

Key = tuple[str, View]
"""A work and a view."""

MOST = 2.0
"""Times its samples that held is taken to be, beside chance. Only who holds the loop without the GIL can be seen to: a
process that has no CPU, or waits for the GIL, is accounted as held too, and a few samples of something else are not its
shape."""


@dataclass(slots=True)
class Seen:
    """The samples of one work and view."""

    seconds: float = 0.0
    looks: int = 0

    def factor(self, view: View, exact: float) -> float:
        """What their weights are multiplied by."""
        wanted = exact / self.seconds
        if view != "held":
            return wanted
        looks = max(self.looks, 1)
        return min(wanted, MOST + 2.0 / sqrt(looks) + 1.0 / looks)  # two deviations of a Poisson count


def scale(session: Session) -> Session:
    """See :meth:`obs.profiling.session.Session.scaled`."""
    seen: defaultdict[Key, Seen] = defaultdict(Seen)
    for sample in session.samples:
        of = seen[sample.work, sample.view]
        of.seconds += sample.weight
        of.looks += sample.looks
    exact = {(work, view): of[view] for work, of in session.totals.items() for view in VIEWS if view in of}
    factors = {key: seen[key].factor(key[1], exact[key]) for key in exact if key in seen and seen[key].seconds > 0}
    scaled = [one._replace(weight=one.weight * factors.get((one.work, one.view), 1.0)) for one in session.samples]
    samples = (*scaled, *unseen(exact, seen, factors))
    return replace(session, samples=tuple(one for one in samples if one.weight > 0))


def unseen(exact: Mapping[Key, float], seen: Mapping[Key, Seen], factors: Mapping[Key, float]) -> Iterator[Sample]:
    """What is accounted beyond the samples."""
    for (work, view), seconds in exact.items():
        explained = seen[work, view].seconds * factors[work, view] if (work, view) in factors else 0.0
        if seconds - explained > 1e-9 * seconds:
            yield Sample((), work, view, seconds - explained, looks=0)
