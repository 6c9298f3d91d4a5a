"""Interleaving: a noisy machine is noisy for everybody, so each round measures every subject, in a new random order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from random import Random
from typing import Protocol, TypeVar

Subject = TypeVar("Subject", bound=Hashable)
Measured = TypeVar("Measured")


class Track(Protocol):
    """Shows how far a run is: hands every step on. :func:`benchmarks.harness.progress` is one."""

    def __call__(self, steps: Sequence[Subject], doing: str, /) -> Iterable[Subject]: ...


def untracked(steps: Sequence[Subject], _doing: str, /) -> Iterable[Subject]:
    """Shows nothing."""
    return steps


def schedule(subjects: Sequence[Subject], rounds: int, random: Random) -> list[Subject]:
    """``rounds`` shuffles of ``subjects``, one after the other."""
    return [subject for _ in range(rounds) for subject in random.sample(subjects, len(subjects))]


def interleave(
    subjects: Sequence[Subject],
    rounds: int,
    measure: Callable[[Subject], Measured],
    *,
    random: Random | None = None,
    track: Track = untracked,
) -> dict[Subject, list[Measured]]:
    """``{subject: [one measurement per round]}``; the first round warms up and is thrown away.

    Measurements of the same round are neighbours in time, so compare them pair by pair (:func:`differences`).
    """
    order = schedule(subjects, rounds + 1, random or Random())
    measured: dict[Subject, list[Measured]] = {subject: [] for subject in subjects}
    for subject in track(order, f"{rounds} rounds of {len(subjects)}"):
        measured[subject].append(measure(subject))
    return {subject: values[1:] for subject, values in measured.items()}
