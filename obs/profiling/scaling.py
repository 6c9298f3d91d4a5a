"""Sampled shapes, exact totals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from obs.profiling.session import VIEWS, Sample, Session

Key = tuple[str, str]
"""A work and a view."""


def scale(session: Session) -> Session:
    """See :meth:`obs.profiling.session.Session.scaled`."""
    sampled: defaultdict[Key, float] = defaultdict(float)
    for sample in session.samples:
        sampled[sample.work, sample.view] += sample.weight
    exact = {(work, view): of[view] for work, of in session.totals.items() for view in VIEWS if view in of}
    factors = {key: seconds / sampled[key] for key, seconds in exact.items() if sampled.get(key, 0.0) > 0}
    scaled = [one._replace(weight=one.weight * factors.get((one.work, one.view), 1.0)) for one in session.samples]
    unseen = [
        Sample((), work, view, seconds, looks=0)
        for (work, view), seconds in exact.items()
        if (work, view) not in factors
    ]
    return replace(session, samples=tuple(one for one in (*scaled, *unseen) if one.weight > 0))
