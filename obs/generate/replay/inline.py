"""An expression in which what isn't recorded yet is computed from what it would be recorded from."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from obs.generate.rules.duration import text as duration
from obs.generate.rules.group import Group
from obs.generate.rules.record import Record
from obs.generate.rules.write import expression

USE = re.compile(r"(?P<name>\b[a-z_]+:[\w:]+)(?P<match>\{[^}]*\})?(?P<range>\[\w+\])?(?P<offset>\s+offset\s+\w+)?")
NOTHING = "(vector(0) > 0)"
"""What a record finds of itself at its first evaluation."""


@dataclass(frozen=True, slots=True)
class Home:
    """A record and how often it is evaluated, in seconds."""

    record: Record
    interval: float


class Narrowed(Exception):  # noqa: N818  no error of the user's
    """One that isn't recorded is asked for by a label: PromQL narrows series, not what is computed. Says its name."""


def homes(groups: Collection[Group], interval: Mapping[str, float]) -> dict[str, Home]:
    """Where each recorded series comes from; ``interval`` is in seconds by name of group."""
    return {record.name: Home(record, interval[group.name]) for group in groups for record in group.records}


def inlined(expr: str, known: Mapping[str, Home], there: Collection[str], within: tuple[str, ...] = ()) -> str:
    """``expr`` with each record that is not ``there`` computed in place. Raises :class:`Narrowed`.

    ``within`` are the records whose expressions it stands in.
    """

    def place(use: re.Match[str]) -> str:
        name = use["name"]
        if name in there or name not in known:
            return use[0]
        if name in within:
            return NOTHING
        if use["match"]:
            raise Narrowed(name)
        home = known[name]
        step = duration(home.interval) if use["offset"] else ""
        whole = computed(home, use["range"][1:-1] if use["range"] else step, known, there, within)
        shifted = f"{whole}{use['offset'] or ''}"
        return shifted if use["range"] or not use["offset"] else f"last_over_time({shifted})"

    return USE.sub(place, expr)


def computed(home: Home, span: str, known: Mapping[str, Home], there: Collection[str], within: tuple[str, ...]) -> str:
    """The record's own expression; a subquery over ``span``, if that is not empty.

    A subquery is also what an offset needs: PromQL has none for an expression. One within another costs no more than
    both one after the other: Prometheus evaluates each once, from the first moment that anybody looks at to the last
    (evalSubquery, promql/engine.go).
    """
    source = home.record.stateless or expression(home.record, home.interval)
    inner = f"({inlined(source, known, there, (*within, home.record.name)).strip()})"
    return f"{inner}[{span}:{duration(home.interval)}]" if span else inner
