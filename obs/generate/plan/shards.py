"""What holds a fleet: the ways to store its series, a tier of collectors for its spans, a store for its profiles."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from obs.generate.plan import constants as cost
from obs.generate.plan.fleet import Fleet

GB = 1e9

HEADROOM = 1.5
"""For peaks: what Mimir's page asks for."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hold something."""

    name: str
    parts: tuple[str, ...]
    """What it takes, a line each."""
    when: str
    """Why one would."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What has to be held."""

    series: float
    head: float
    """Series in memory: those of the deploys of the last hours too, and what rules make."""
    samples: float
    rule_cores: float
    spans: float
    span_bandwidth: float
    profile_bandwidth: float

    def disk(self, fleet: Fleet) -> float:
        """Bytes of raw samples."""
        return self.samples * fleet.retention_days * 86_400 * cost.SAMPLE_DISK.value


def ways(totals: Totals, fleet: Fleet) -> tuple[Way, ...]:
    """Every way to hold the series; the first that is simple enough is the one to take."""
    shards = max(1, ceil(totals.head / cost.SERIES_SERVER.value))
    sharded = (hierarchy(totals, fleet, shards), thanos(totals, fleet, shards))
    return (single(totals, fleet), *sharded, mimir(totals), victoria(totals, fleet))


def one(totals: Totals, fleet: Fleet, shards: int) -> str:
    """One Prometheus of so many."""
    memory = totals.head / shards * cost.SERIES_MEMORY.value * HEADROOM / GB
    cores = (totals.samples * cost.SAMPLE_CPU.value + totals.rule_cores) / shards * HEADROOM
    disk = totals.disk(fleet) / shards / GB
    held = f"{disk:,.0f} GB of disk for {fleet.retention_days:g} days"
    return f"{max(1, ceil(memory))} GB of memory, {max(1, ceil(cores))} cores, {held}"


def single(totals: Totals, fleet: Fleet) -> Way:
    fits = totals.head <= cost.SERIES_SERVER.value
    when = "enough for this fleet" if fits else f"too small: {totals.head / 1e6:.1f} million series in memory"
    return Way("one Prometheus", (f"{fleet.replicas} alike: each {one(totals, fleet, 1)}",), when)


def hierarchy(totals: Totals, fleet: Fleet, shards: int) -> Way:
    parts = (
        f"{shards} shards of {fleet.replicas} servers, by service: each {one(totals, fleet, shards)}",
        "the rules run in each shard: all series of a service are in one, so no rule looks across",
        '1 global pair that federates only recorded series (match[]: {__name__=~".+:.+:.+"})',
    )
    when = "nothing new to run; boards of one service ask its shard, overviews the global pair"
    return Way("Prometheus hierarchy", parts, when)


def thanos(totals: Totals, fleet: Fleet, shards: int) -> Way:
    blocks = totals.disk(fleet) / GB
    parts = (
        f"the {shards} shards above, a sidecar beside each server, deduplicated by the label replica",
        f"object storage: {blocks:,.0f} GB for each {fleet.retention_days:g} days, before downsampling",
        "Query in front, Store Gateway for the past, Compactor once",
    )
    return Way("Thanos", parts, "one place to ask, and history beyond the retention, on servers that you have")


def mimir(totals: Totals) -> Way:
    copies = 3
    distributors = ceil(totals.samples / cost.MIMIR_DISTRIBUTOR.value * HEADROOM)
    ingesters = ceil(totals.head * copies / cost.MIMIR_INGESTER.value * HEADROOM)
    parts = (
        f"distributors: {distributors} cores, {distributors} GB",
        f"ingesters: {ingesters} cores, {ceil(ingesters * 2.5)} GB of memory, three copies of each series",
        "agents (Alloy, Prometheus in agent mode) scrape and write; rules run in its ruler",
    )
    return Way("Mimir", parts, "many tenants, limits for each team, no sharding by hand")


def victoria(totals: Totals, fleet: Fleet) -> Way:
    nodes = max(1, ceil(max(totals.head / cost.VICTORIA.value, totals.samples / 1_500_000)))
    what = "a single node" if nodes == 1 else f"a cluster of {nodes} vmstorage nodes at the least"
    parts = (f"{what}; {fleet.replicas} copies of it", "vmagent scrapes, vmalert runs the rules")
    return Way("VictoriaMetrics", parts, "the fewest machines; its rate() differs at a series' start")


def tracing(totals: Totals, targets: int) -> Way:
    """The collectors that the spans go through."""
    cores = totals.spans / cost.COLLECTOR.value * HEADROOM
    gateways = max(2, ceil(cores / 4))
    each = f"{gateways} gateways of {max(1, ceil(cores / gateways))} cores"
    rate = f"{totals.spans:,.0f} spans/s, {totals.span_bandwidth / 1e6:,.1f} MB/s"
    parts = (
        f"{each} behind one address: {rate}",
        "no tail sampling: obs decides at the head and keeps outliers itself",
        f"one connection from each host process: {targets:,}",
    )
    return Way("collectors", parts, "" if totals.spans else "nothing is sampled")


def profiling(totals: Totals) -> Way:
    """The store of continuous profiles."""
    rate = totals.profile_bandwidth
    if not rate:
        return Way("Pyroscope", ("nothing: no service has profiled = true",), "")
    day = rate * 86_400 / GB
    parts = (
        f"{rate / 1e6:,.2f} MB/s of pprof, {day:,.0f} GB a day",
        "a series for each work of each target: its limits by tenant decide",
    )
    return Way("Pyroscope", parts, "profile some targets of each service, not all: their shapes are alike")
