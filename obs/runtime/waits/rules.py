"""What a frame says about a wait, and how strongly. See :mod:`obs.runtime.waits.table` for who says what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

EDGE = -2
"""Nothing further out can tell: a server's frame, or the label where the Work begins."""
UNKNOWN = -1
"""A module that no rule knows: the service's own, or a library's."""
PASS = 0
"""Says nothing and is looked past: the standard library, gevent, agents that wrap the calls of others."""
HOW = 1
"""How it waits: a lock, a socket. The outermost of these counts: a queue's is the queue, not the lock in it."""
CARRIER = 2
"""What carries the call: http, grpc. A client that is built on it says more."""
WHAT = 3
"""Whom it waits for: sql, redis. The nearest counts."""
OWN = 4
"""A rule of the service's own: stronger than what its library is built on."""
LAST = 5
"""Decides at once: a pool that is exhausted and a name that isn't resolved are not the database's fault."""


class Rule(NamedTuple):
    """Frames of ``module`` and the modules in it wait for ``on``."""

    module: str
    on: str
    strength: int
    function: str = ""
    """If not empty, only these frames: a function's qualified name, its last part, or a class for all its methods."""

    def matches(self, qualname: str) -> bool:
        function = self.function
        return (
            not function
            or qualname == function
            or qualname.startswith(f"{function}.")
            or qualname.endswith(f".{function}")
        )


class Row(NamedTuple):
    """One line of a table of rules, each place ``module`` or ``module:function``."""

    strength: int
    on: str
    places: tuple[str, ...]

    def rules(self) -> Iterator[Rule]:
        for place in self.places:
            module, _, function = place.partition(":")
            yield Rule(module, self.on, self.strength, function)


class Rules:
    """Rules to look up by a frame's module and function. Of those that match, the most exact decides."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_module: dict[str, list[Rule]] = {}
        for rule in rules:
            self._by_module.setdefault(rule.module, []).append(rule)
        for same in self._by_module.values():
            same.sort(key=lambda rule: -len(rule.function))

    def __bool__(self) -> bool:
        return bool(self._by_module)

    def find(self, module: str, qualname: str) -> Rule | None:
        """The rule with the longest module, and in that the longest function."""
        while module:
            for rule in self._by_module.get(module, ()):
                if rule.matches(qualname):
                    return rule
            module = module.rpartition(".")[0]
        return None
