"""The whole plan of a fleet: a pure function of its description."""

from __future__ import annotations

from dataclasses import dataclass

from obs.generate.plan.fleet import Fleet
from obs.generate.plan.load import Load, load
from obs.generate.plan.rules import RuleCost, rule_cost
from obs.generate.plan.shards import Totals, Way, profiling, tracing, ways
from obs.generate.rules.registry import GROUPS


@dataclass(frozen=True, slots=True)
class Plan:
    """What a fleet's telemetry comes to, and the ways to hold it."""

    fleet: Fleet
    loads: tuple[Load, ...]
    totals: Totals
    rules: RuleCost
    ways: tuple[Way, ...]
    tracing: Way
    profiling: Way


def plan(fleet: Fleet) -> Plan:
    """The plan of ``fleet``, with the rules that obs generates."""
    loads = tuple(load(service, fleet) for service in fleet.services)
    rules = rule_cost(GROUPS, fleet.services)
    totals = total(loads, rules, fleet)
    targets = sum(one.targets for one in loads)
    return Plan(fleet, loads, totals, rules, ways(totals, fleet), tracing(totals, targets), profiling(totals))


def total(loads: tuple[Load, ...], rules: RuleCost, fleet: Fleet) -> Totals:
    """All services together. A deploy leaves the old targets' series in memory for some hours."""
    series = sum(one.series for one in loads)
    return Totals(
        series=series,
        head=series * (1 + fleet.deploys) + rules.recorded,
        samples=sum(one.samples for one in loads),
        rule_cores=rules.cores,
        spans=sum(one.spans for one in loads),
        span_bandwidth=sum(one.span_bandwidth for one in loads),
        profile_bandwidth=sum(one.profile_bandwidth for one in loads),
    )
