"""Whose a sample is by the code in its own stack: each endpoint's view is a function that nothing else calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

VIEWS: Mapping[str, str] = {
    "view_search": "GET /search",
    "view_export": "GET /export",
    "view_user": "GET /users/<int:number>",
    "view_parse": "GET /parse",
    "view_fan": "GET /fan",
    "child_of_fan": "GET /fan",
}
"""The endpoint of each of the app's functions."""

PATHS = ("/search", "/export", "/users/7", "/parse", "/fan")


class Labelled(NamedTuple):
    """A sample as a profiler tells it."""

    functions: tuple[str, ...]
    """Of its stack, in any order, with whatever else the profiler puts around their names."""
    labels: frozenset[str]
    """The endpoints that it says the sample is of."""
    weight: float
    looks: int = 1
    """How often it was seen."""


class Score(NamedTuple):
    """Shares of the weight of samples inside an endpoint."""

    right: float
    wrong: float
    none: float
    several: float
    samples: int


VERDICTS = ("right", "wrong", "none", "several")


def endpoint(functions: Iterable[str]) -> str | None:
    """None for a stack in none of them."""
    return next((of for function in functions for view, of in VIEWS.items() if view in function), None)


def score(samples: Iterable[Labelled]) -> Score:
    """How many bear the right label, and it alone."""
    weights = dict.fromkeys(VERDICTS, 0.0)
    seen = 0
    for sample in samples:
        true = endpoint(sample.functions)
        if true is not None and sample.weight:
            seen += sample.looks
            weights[verdict(sample.labels, true)] += sample.weight
    whole = sum(weights.values()) or 1.0
    return Score(**{name: weights[name] / whole for name in VERDICTS}, samples=seen)


def verdict(labels: frozenset[str], true: str) -> str:
    if len(labels) > 1:
        return "several"
    return "none" if not labels else "right" if true in labels else "wrong"
