"""Medians with their quartiles, of values or of two subjects compared round by round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some rounds, and the quartiles that half of the rounds lie between."""

    median: float
    low: float
    high: float


def spread(values: Iterable[float]) -> Spread:
    """The :class:`Spread` of at least one value; raises ``statistics.StatisticsError`` for none."""
    ordered = sorted(values)
    if len(ordered) < 2:
        return Spread(median(ordered), *(ordered * 2))
    low, middle, high = quantiles(ordered, n=4, method="inclusive")
    return Spread(middle, low, high)


def differences(these: Sequence[float], those: Sequence[float]) -> list[float]:
    """``this - that`` of each round: what drifted over the run cancels, which it doesn't in a difference of medians."""
    return [this - that for this, that in zip(these, those, strict=True)]


def ratios(these: Sequence[float], those: Sequence[float]) -> list[float]:
    """``this / that`` of each round."""
    return [this / that for this, that in zip(these, those, strict=True)]
