"""A plan for a person, and for a program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from obs.generate.plan.constants import CONSTANTS
from obs.generate.plan.load import Load
from obs.generate.plan.plan import Plan
from obs.generate.plan.shards import Way

COLUMNS = (
    "service",
    "targets",
    "series each",
    "scrape",
    "series",
    "samples/s",
    "scraped/s",
    "host CPU",
    "added CPU",
    "spans/s",
)

UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def as_json(plan: Plan) -> dict[str, Any]:
    """Every figure, with the constants that they come from."""
    constants = {name: asdict(constant) for name, constant in CONSTANTS.items()}
    return asdict(plan) | {"constants": constants}


def text(plan: Plan, *, sources: bool = False) -> str:
    """Tables and the ways to hold it all; with ``sources`` each constant too."""
    return "\n".join(lines(plan, sources=sources))


def lines(plan: Plan, *, sources: bool) -> Iterator[str]:
    yield from table(plan)
    yield ""
    yield from sums(plan)
    yield from section("To hold the series, one of:", plan.ways)
    yield from section("For the spans:", (plan.tracing,))
    yield from section("For continuous profiles:", (plan.profiling,))
    if sources:
        yield "\nWhat it is computed with:"
        for name, constant in CONSTANTS.items():
            yield f"  {name.replace('_', ' '):<18} {constant.value:g} {constant.unit}\n{'':21}{constant.source}"


def table(plan: Plan) -> Iterator[str]:
    rows = [COLUMNS, *(row(one) for one in plan.loads)]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(COLUMNS))]
    for cells in rows:
        first, *others = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        yield "  ".join([first.strip().ljust(widths[0]), *others])


def row(one: Load) -> tuple[str, ...]:
    return (
        one.name,
        f"{one.targets:,}",
        short(one.target_series),
        short(one.scrape_bytes) + "B",
        short(one.series),
        short(one.samples),
        short(one.bandwidth) + "B",
        f"{one.target_cpu:.1%}",
        f"{one.added_cpu:.2f}",
        short(one.spans),
    )


def sums(plan: Plan) -> Iterator[str]:
    totals, fleet, rules = plan.totals, plan.fleet, plan.rules
    host, added = sum(one.target_cpu * one.targets for one in plan.loads), sum(one.added_cpu for one in plan.loads)
    kept = f"{fleet.deploys:g} deploys in three hours, and {short(rules.recorded)} recorded"
    yield f"series       {short(totals.series)} exposed; {short(totals.head)} in memory: those of {kept}"
    disk = f"{short(totals.disk(fleet))}B of disk for {fleet.retention_days:g} days"
    yield f"samples      {short(totals.samples)}/s, one of each series every {fleet.scrape_interval:g} s; {disk}"
    yield f"rules        {rules.rules} read {short(rules.reads)} series/s: {rules.cores:.2f} cores"
    yield f"spans        {short(totals.spans)}/s, {short(totals.span_bandwidth)}B/s before compression"
    yield f"CPU          {host:,.1f} cores beside the services, {added:,.1f} in them"


def section(title: str, ways: tuple[Way, ...]) -> Iterator[str]:
    yield f"\n{title}"
    for way in ways:
        yield f"  {way.name}" + (f": {way.when}" if way.when else "")
        yield from (f"    {part}" for part in way.parts)


def short(number: float) -> str:
    """Three digits and a letter: ``1.23M``."""
    for size, letter in UNITS:
        if number >= size * 0.9995:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"
