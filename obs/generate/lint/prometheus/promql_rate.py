from __future__ import annotations

from collections.abc import Iterator

from obs.generate.lint.files.query import Query
from obs.generate.lint.known.kinds import kind
from obs.generate.lint.problem import Level, Problem
from obs.generate.lint.prometheus.both import QueryCheck
from obs.generate.lint.promql.walk import calls, is_a, name_of
from obs.generate.lint.world import World

FUNCTIONS = ("rate", "irate", "increase")


class PromqlRate(QueryCheck):
    """rate() and its like look over two scrapes at least (four, to survive a lost one), and at counters only."""

    name = "promql-rate"

    def query(self, query: Query, world: World) -> Iterator[Problem]:
        scrape = world.options.scrape_interval
        for call, _ in calls(query.tree):
            if call.func.name not in FUNCTIONS or not is_a(call.args[0], "MatrixSelector"):
                continue
            length = call.args[0].range.total_seconds()
            said = f"{call.func.name}() looks over {length:g} s, and a scrape comes every {scrape:g} s"
            if length < 4 * scrape:
                level: Level = "error" if length < 2 * scrape else "warning"
                yield self.problem(query.place, said, f"look over {4 * scrape:g} s or more", level)
            name = name_of(call.args[0].vector_selector)
            if kind(name) == "gauge":
                yield self.problem(query.place, f"takes {call.func.name}() of the gauge {name}", "use delta()")
            elif ":" in name:
                said = f"takes {call.func.name}() of {name}, which a rule records: its resets are lost in the sum"
                yield self.problem(query.place, said, "take the rate first, then record it")
