"""A saturated server whose handlers are quick: what its clients wait, and how much of that obs can tell.

gevent reads a socket before it gives way, so a connection whose client answers at once is served again and again while
the others stand in line: in no handler, in nobody's duration.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.request import urlopen

from benchmarks.accounting.exposed import Exposed
from benchmarks.accounting.found import Found
from benchmarks.harness import BenchmarkError, Budget, Column, Row, Table, spread
from benchmarks.server import OBS_RUN
from benchmarks.stacks.server import METRICS, Server, Spec

CONNECTIONS = 16
EXPLAINED = 0.9
"""The part of what clients wait that the server's own metrics must add up to."""

SETTLED = 1.5

SPEC = Spec("saturated", "obs run", "bare", OBS_RUN, {"OBS_TRACE_RATIO": "0"})

QUANTILES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}

COLUMNS = (
    Column("title", "of a request, ms"),
    Column("p50", "p50"),
    Column("p90", "p90"),
    Column("p99", "p99"),
    Column("longest", "longest"),
    Column("total_s", "all together, s"),
    Column("share", "of the clients' %"),
)

PAIRS = (
    Column("title", "stood in line"),
    Column("culprit", "behind"),
    Column("total_s", "s", 2),
    Column("share", "of the clients' waiting, %"),
)


@dataclass(frozen=True, slots=True)
class Round:
    """Latencies as the clients had them, in ns, those without an answer included; and what obs's metrics grew by."""

    latencies: Sequence[float]
    metrics: Exposed


HISTOGRAMS = {
    "http_server_request_duration_seconds": "obs: the handlers' duration",
    "obs_request_queue_seconds": "obs: in line before the handler",
    "obs_loop_delay_seconds": "obs: how late the loop came (probes)",
}


def run(quick: bool) -> Found:
    rounds, seconds = (1, 1.0) if quick else (5, 3.0)
    with Server(SPEC) as server:
        measured = [measure(server, seconds) for _ in range(rounds)]
    tables = (
        Table(f"Saturated, {CONNECTIONS} keep-alive connections: medians of rounds", COLUMNS, tuple(rows(measured))),
        Table("Who stood in line behind whom: sums of all rounds", PAIRS, tuple(pairs(measured))),
    )
    return Found(tables, budgets(measured))


def measure(server: Server, seconds: float) -> Round:
    """One load. Raises BenchmarkError if the server or its metrics fail."""
    before = scrape(server)
    command = [sys.executable, "-m", "benchmarks.accounting.clients", str(server.port), str(CONNECTIONS), str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise BenchmarkError("the clients failed; they have said why")
    took: Mapping[str, Sequence[float]] = json.loads(done.stdout)
    return Round([each / 1e6 for each in (*took["answered"], *took["unanswered"])], scrape(server).since(before))


def scrape(server: Server) -> Exposed:
    """obs's metrics, once the second is over that they are counted in."""
    time.sleep(SETTLED)
    found = METRICS.search(server.output.read_text())
    if not found:
        raise BenchmarkError("obs run has not said where its metrics are")
    with urlopen(found[1], timeout=10) as page:
        return Exposed.parse(page.read().decode())


def rows(rounds: Sequence[Round]) -> Iterable[Row]:
    """The clients' truth, and each of obs's histograms beside it."""
    yield _row("clients", [_of_clients(each) for each in rounds])
    for name, title in HISTOGRAMS.items():
        yield _row(title, [_of_obs(each, name) for each in rounds])


Figures = Mapping[str, float | None]


def _of_clients(each: Round) -> Figures:
    ordered = sorted(each.latencies)
    quantiles = {name: 1000 * ordered[int(q * len(ordered))] for name, q in QUANTILES.items()}
    return {**quantiles, "longest": 1000 * ordered[-1], "total_s": sum(ordered), "share": 100.0}


def _of_obs(each: Round, name: str) -> Figures:
    quantiles = {key: each.metrics.quantile(name, q) for key, q in QUANTILES.items()}
    found: dict[str, float | None] = {key: None if q is None else 1000 * q for key, q in quantiles.items()}
    if name == "obs_loop_delay_seconds":
        return found  # of probes, not of requests
    total = each.metrics.total(f"{name}_sum")
    return found | {"total_s": total, "share": 100 * total / sum(each.latencies)}


def _row(title: str, figures: Sequence[Figures]) -> Row:
    row: dict[str, float | str | None] = {"title": title}
    for key in figures[0]:
        values = [value for each in figures if (value := each[key]) is not None]
        row[key] = spread(values).median if values else None
    return row


def pairs(rounds: Sequence[Round], most: int = 8) -> Iterable[Row]:
    """The heaviest pairs of obs_interference_seconds_total."""
    waited = sum(sum(each.latencies) for each in rounds)
    found: dict[tuple[str, str], float] = {}
    for each in rounds:
        for labels, seconds in each.metrics.series("obs_interference_seconds_total"):
            pair = labels["victim"], labels["culprit"]
            found[pair] = found.get(pair, 0.0) + seconds
    for (victim, culprit), seconds in sorted(found.items(), key=lambda item: -item[1])[:most]:
        yield {"title": victim, "culprit": culprit, "total_s": seconds, "share": 100 * seconds / waited}


def explained(each: Round) -> float:
    """The part of what the clients waited that is in a handler's duration or in line before it."""
    told = sum(each.metrics.total(f"{name}_sum") for name in list(HISTOGRAMS)[:2])
    return told / sum(each.latencies)


def charged(each: Round) -> float:
    """The part of what the clients waited that is charged to a culprit."""
    return each.metrics.total("obs_interference_seconds_total") / sum(each.latencies)


def budgets(rounds: Sequence[Round]) -> tuple[Budget, ...]:
    return (
        Budget(
            "saturated: of what the clients waited, obs's request metrics tell",
            spread(map(explained, rounds)).median,
            EXPLAINED,
            "of it",
            "at least",
        ),
        Budget(
            "saturated: of what the clients waited, obs names the culprits",
            spread(map(charged, rounds)).median,
            EXPLAINED,
            "of it",
            "at least",
        ),
    )
