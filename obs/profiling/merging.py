"""Several sessions in one: the processes of a service, or the windows of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from obs.profiling.builder import Builder
from obs.profiling.session import Session

Number = TypeVar("Number", int, float)


def merge(sessions: Sequence[Session]) -> Session:
    """See :meth:`obs.profiling.session.Session.merge`."""
    if len(sessions) < 2:
        return sessions[0] if sessions else Session()
    builder = Builder()
    for session in sessions:
        for sample in session.samples:
            builder.add(session.frames_of(sample), sample)
    sources = {session.source for session in sessions}
    return Session(
        service=_together(session.service for session in sessions),
        env=_together(session.env for session in sessions),
        service_version=_together(session.service_version for session in sessions),
        host=_together(session.host for session in sessions),
        processes=tuple(dict.fromkeys(process for session in sessions for process in session.processes)),
        started=min(session.started for session in sessions),
        duration=_covered((session.started, session.started + session.duration) for session in sessions),
        source=sources.pop() if len(sources) == 1 else "mixed",
        rates=_lowest(session.rates for session in sessions),
        frames=builder.frames,
        samples=builder.samples,
        totals=_sum_each(session.totals for session in sessions),
        calls=_sum(session.calls for session in sessions),
        lost=_sum(session.lost for session in sessions),
        notes=tuple(dict.fromkeys(note for session in sessions for note in session.notes)),
    )


def _together(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, texts)))


def _covered(intervals: Iterable[tuple[float, float]]) -> float:
    """Seconds that are in at least one of the intervals."""
    covered, until = 0.0, float("-inf")
    for start, end in sorted(intervals):
        covered += max(end - max(start, until), 0.0)
        until = max(until, end)
    return covered


def _lowest(rates: Iterable[Mapping[str, float]]) -> dict[str, float]:
    lowest: dict[str, float] = {}
    for mapping in rates:
        for view, rate in mapping.items():
            lowest[view] = min(rate, lowest.get(view, rate))
    return lowest


def _sum(mappings: Iterable[Mapping[str, Number]]) -> dict[str, Number]:
    summed: dict[str, Number] = {}
    for mapping in mappings:
        for key, number in mapping.items():
            summed[key] = summed[key] + number if key in summed else number
    return summed


def _sum_each(totals: Iterable[Mapping[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    parts: dict[str, list[Mapping[str, float]]] = {}
    for mapping in totals:
        for work, by_view in mapping.items():
            parts.setdefault(work, []).append(by_view)
    return {work: _sum(of) for work, of in parts.items()}
