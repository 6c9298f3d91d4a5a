"""From the moments at which a condition held to the times at which its alert would have fired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Episode:
    """One firing of one alert for one set of labels. Unix seconds."""

    labels: tuple[tuple[str, str], ...]
    start: float
    """When it fires: its condition has held for the rule's ``for`` by then."""
    end: float
    """The first look at which it no longer does; the end of the history, if it went on there."""

    @property
    def seconds(self) -> float:
        return self.end - self.start


def spells(moments: Iterable[float], step: float) -> Iterator[tuple[float, float]]:
    """First and last of each run of ``moments``, which come every ``step`` while it lasts."""
    first = last = None
    for moment in moments:
        if first is not None and last is not None and moment - last > step * 1.5:
            yield first, last
            first = None
        first = moment if first is None else first
        last = moment
    if first is not None and last is not None:
        yield first, last


def episodes(
    labels: dict[str, str], moments: Iterable[float], step: float, hold: float, keep: float = 0.0
) -> list[Episode]:
    """What an alert of ``for`` hold and ``keep_firing_for`` keep does, whose expression has samples at ``moments``.

    As Prometheus does it: one look without a sample ends a pending alert, and begins ``for`` anew.
    """
    key = tuple(sorted(labels.items()))
    found: list[Episode] = []
    for first, last in spells(moments, step):
        if last - first < hold:
            continue
        start, end = first + hold, last + step + keep
        if found and start <= found[-1].end:
            found[-1] = Episode(key, found[-1].start, max(found[-1].end, end))
        else:
            found.append(Episode(key, start, end))
    return found
