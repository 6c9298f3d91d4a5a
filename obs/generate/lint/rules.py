"""The one list of rules, in the order of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from obs.generate.lint.counted import counted
from obs.generate.lint.described import described
from obs.generate.lint.kept import kept
from obs.generate.lint.matched import matched
from obs.generate.lint.owned import owned
from obs.generate.lint.problem import Problem
from obs.generate.lint.shadowed import shadowed
from obs.generate.lint.subject import Subject


class Rule(NamedTuple):
    """Something that holds of a good description, and who finds where it doesn't."""

    name: str
    find: Callable[[Subject], Iterable[Problem]]


RULES: tuple[Rule, ...] = (
    Rule("described", described),
    Rule("shadowed", shadowed),
    Rule("matched", matched),
    Rule("owned", owned),
    Rule("kept", kept),
    Rule("counted", counted),
)


class Finding(NamedTuple):
    """A problem, and the rule that found it."""

    rule: str
    problem: Problem


def examine(subject: Subject) -> Iterator[Finding]:
    """Ask every rule."""
    for rule in RULES:
        for problem in rule.find(subject):
            yield Finding(rule.name, problem)
