"""Whose the CPU was: what obs accounts for, by name, against the threads' own clocks, on five mixes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.accounting.found import Found
from benchmarks.accounting.mixes import MIXES
from benchmarks.accounting.played import Played, theatre
from benchmarks.harness import Budget, Column, Row, Spread, Table, spread

LIMIT = 0.02
"""DESIGN, part 7."""

THREADS = "(threads)"
"""obs's name for CPU of threads without a hub."""

COLUMNS = (
    Column("title", "mix"),
    Column("hub_s", "hub threads' CPU, s", 2),
    Column("hub_off", "accounted: off by %"),
    Column("hub_low", "from"),
    Column("hub_high", "to"),
    Column("works", "of it works' %"),
    Column("process_s", "process' CPU, s", 2),
    Column("process_off", "by name: off by %"),
)

Rounds = Mapping[str, Sequence[Played]]


def run(quick: bool) -> Found:
    rounds, seconds = (1, 1.0) if quick else (3, 3.0)
    with theatre() as stage:
        measured = stage.rounds(list(MIXES), rounds, seconds)
    table = Table("CPU by name against the threads' clocks", COLUMNS, tuple(rows(measured)))
    return Found((table,), tuple(budgets(measured)))


def accounted(played: Played) -> float:
    """Seconds of CPU that obs gives to works and entries of threads with a hub."""
    return named(played) - played.metrics.total("obs_work_seconds_total", state="cpu", work=THREADS)


def named(played: Played) -> float:
    """Seconds of CPU that bear any name."""
    return played.metrics.total("obs_work_seconds_total", state="cpu")


def of_works(played: Played) -> float:
    """The part of :func:`named` that is a Work's, or what goes on after one."""
    return sum(
        value
        for labels, value in played.metrics.series("obs_work_seconds_total")
        if labels["state"] == "cpu" and (not labels["work"].startswith("(") or labels["work"].startswith("(after)"))
    )


def off_hub(rounds: Sequence[Played]) -> Spread:
    """By what part the accounted CPU differs from the hub threads', round by round."""
    return spread(accounted(each) / each.hub_cpu - 1 for each in rounds)


def off_process(rounds: Sequence[Played]) -> float:
    return spread(named(each) / each.process_cpu - 1 for each in rounds).median


def rows(rounds: Rounds) -> Iterable[Row]:
    for name, played in rounds.items():
        off = off_hub(played)
        yield {
            "title": (MIXES[name].__doc__ or name).partition(":")[0].lower(),
            "mix": name,
            "hub_s": spread(each.hub_cpu for each in played).median,
            "hub_off": 100 * off.median,
            "hub_low": 100 * off.low,
            "hub_high": 100 * off.high,
            "works": 100 * spread(of_works(each) / each.hub_cpu for each in played).median,
            "process_s": spread(each.process_cpu for each in played).median,
            "process_off": 100 * off_process(played),
        }


def budgets(rounds: Rounds) -> Iterable[Budget]:
    for name, played in rounds.items():
        hub, process = abs(off_hub(played).median), abs(off_process(played))
        yield Budget(f"the hub threads' CPU accounted for, {name}: off by", 100 * hub, 100 * LIMIT, "%")
        yield Budget(f"the process' CPU by name, {name}: off by", 100 * process, 100 * LIMIT, "%")
