"""Grafana's variables replaced, as far as a parser needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping

RATE_INTERVAL, INTERVAL, RANGE = 7919.0, 7907.0, 7901.0
"""Seconds that stand for $__rate_interval, $__interval and $__range: primes that nobody writes."""

BUILT_IN = {
    "__rate_interval": f"{RATE_INTERVAL:g}s",
    "__interval": f"{INTERVAL:g}s",
    "__range": f"{RANGE:g}s",
    "__interval_ms": "7907000",
    "__range_s": "7901",
    "__range_ms": "7901000",
    "__from": "1600000000000",
    "__to": "1600000000000",
    "__auto": "7907s",
}
VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)(?::\w+)*\}|\[\[(\w+)(?::\w+)?\]\]")
STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')


def expanded(expr: str, values: Mapping[str, str]) -> str:
    """``expr`` with variables outside of strings replaced; within a string they parse as they are."""
    done, at = [], 0
    for string in STRING.finditer(expr):
        done += [replaced(expr[at : string.start()], values), string[0]]
        at = string.end()
    return "".join([*done, replaced(expr[at:], values)])


def replaced(text: str, values: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda found: value(name_of(found), values), text)


def value(name: str, values: Mapping[str, str]) -> str:
    """What stands there for a parser: the built-in's, the variable's own, else its name."""
    return BUILT_IN.get(name) or values.get(name) or ("10s" if name.startswith("__auto_interval") else name)


def name_of(found: re.Match[str]) -> str:
    return found[1] or found[2] or found[3]


def names(text: str) -> set[str]:
    """The variables in ``text``, within strings too."""
    return {name_of(found) for found in VARIABLE.finditer(text)}
