from __future__ import annotations

import re
from collections.abc import Iterator

from obs.generate.lint.files.query import Query
from obs.generate.lint.problem import Problem
from obs.generate.lint.prometheus.both import QueryCheck
from obs.generate.lint.promql.walk import operator, selectors
from obs.generate.lint.world import World

SPECIAL = re.compile(r"[\\.+*?^$()\[\]{}|]")
VARIABLE = re.compile(r"\$|\[\[")


class PromqlRegexp(QueryCheck):
    """A matcher is a regular expression only if it needs to be, and has no anchors: Prometheus adds them."""

    name = "promql-regexp"
    level = "warning"

    def query(self, query: Query, world: World) -> Iterator[Problem]:
        for selector, _ in selectors(query.tree):
            for matcher in selector.matchers.matchers:
                if operator(matcher) in ("=~", "!~"):
                    fix = wrong(matcher.value)
                    if fix:
                        yield self.problem(query.place, f"asks {matcher.name}{operator(matcher)}{matcher.value!r}", fix)


def wrong(text: str) -> str:
    """What to do about a regular expression; empty for nothing. A variable of Grafana may hold several values."""
    if text.startswith("^") or (text.endswith("$") and not text.endswith("\\$")):
        return "leave out the anchors"
    if VARIABLE.search(text) or SPECIAL.search(text):
        return ""
    return "use = or !=: there is no pattern in it"
