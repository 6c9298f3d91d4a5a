"""Wait, delay, held and interference against scenes whose truth is known by construction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.accounting.found import Found
from benchmarks.accounting.played import Judged, Played, theatre
from benchmarks.accounting.scenes import SCENES
from benchmarks.accounting.truth import Pair
from benchmarks.harness import Budget, Column, Row, Table

DELAYED = 0.020
"""Seconds from which on a Work's delay is judged: DESIGN, part 7."""

LIMITS = {"wait": 0.05, "delay": 0.05, "held": 0.10}
"""How far obs may be off, in sum over a scene."""

TOLD = 90.0
"""Per cent of a delay that obs can only estimate which it must count as estimated."""

LEAST = 0.1
"""Seconds of truth in a scene below which there is nothing to be right about."""

COLUMNS = (
    Column("title", "scene"),
    Column("works", "works", 0),
    Column("wait_s", "wait, s", 2),
    Column("wait_off", "off by %"),
    Column("delay_s", "delay, s", 2),
    Column("delay_off", "off by %"),
    Column("held_s", "held, s", 2),
    Column("held_off", "off by %"),
    Column("cpu_s", "CPU, s", 2),
    Column("cpu_off", "off by %"),
    Column("estimated", "estimated %", 0),
)
"""Seconds are the true ones, of all rounds together; delay is that of works delayed by 20 ms and more."""

PAIRS = (
    Column("title", "scene"),
    Column("culprit", "culprit"),
    Column("victim", "victim"),
    Column("true_s", "true, s", 2),
    Column("obs_s", "obs, s", 2),
    Column("off", "off by %"),
)

Rounds = Mapping[str, Sequence[Played]]

Seconds = defaultdict[Pair, float]


def run(quick: bool) -> Found:
    rounds, seconds = (1, 1.0) if quick else (3, 3.0)
    with theatre() as stage:
        measured = stage.rounds(list(SCENES), rounds, seconds)
    clocks = Table("Against the truth: seconds by the workload's own clocks", COLUMNS, tuple(rows(measured)))
    pairs = Table("Who delayed whom", PAIRS, tuple(row for name in SCENES for row in interference(name, measured)))
    return Found((clocks, pairs), tuple(budgets(measured)))


def rows(rounds: Rounds) -> Iterable[Row]:
    for name, played in rounds.items():
        works = every(played)
        row: dict[str, float | str | None] = {"title": SCENES[name].title, "scene": name, "works": len(works)}
        for state in ("wait", "delay", "held", "cpu"):
            truth, off = error(works, state)
            row |= {f"{state}_s": truth, f"{state}_off": None if off is None else 100 * off}
        yield row | {"estimated": estimated(played)}


def every(played: Sequence[Played]) -> list[Judged]:
    return [work for each in played for work in each.works]


def error(works: Sequence[Judged], state: str) -> tuple[float, float | None]:
    """True seconds in that state, and by what part obs is off; None where the truth is too small to judge."""
    judged = [work for work in works if state != "delay" or work.truth.delay >= DELAYED]
    truth: float = sum(getattr(work.truth, state) for work in judged)
    said: float = sum(getattr(work.obs, state) for work in judged)
    return truth, (said / truth - 1 if truth >= LEAST else None)


def estimated(played: Sequence[Played]) -> float | None:
    """Per cent of obs's delay whose beginning it had to guess."""
    every_delay = sum(each.metrics.total("obs_work_seconds_total", state="delay") for each in played)
    guessed = sum(each.metrics.total("obs_delay_estimated_seconds_total") for each in played)
    return 100 * guessed / every_delay if every_delay >= LEAST else None


def interference(name: str, rounds: Rounds) -> Iterable[Row]:
    """Each pair that truly cost something, and what obs charged."""
    truth, charged = _pairs(rounds[name])
    for (culprit, victim), seconds in sorted(truth.items()):
        if seconds < LEAST:
            continue
        said = charged[culprit, victim]
        row = {"title": SCENES[name].title, "culprit": culprit, "victim": victim}
        yield row | {"true_s": seconds, "obs_s": said, "off": 100 * (said / seconds - 1)}


def _pairs(played: Sequence[Played]) -> tuple[Seconds, Seconds]:
    """The true ones, and those that obs charged."""
    truth: Seconds = defaultdict(float)
    charged: Seconds = defaultdict(float)
    for each in played:
        for pair, seconds in each.interference.items():
            truth[pair] += seconds
        for labels, seconds in each.metrics.series("obs_interference_seconds_total"):
            charged[labels["culprit"], labels["victim"]] += seconds
    return truth, charged


def budgets(rounds: Rounds) -> Iterable[Budget]:
    """Each state in each scene that has enough of it. Where nobody can know, that obs says so."""
    for name, played in rounds.items():
        scene = SCENES[name]
        for state, limit in LIMITS.items():
            _, off = error(every(played), state)
            if off is not None and (state == "held" or not scene.unix):
                yield Budget(f"{state}, {scene.title}: off by", 100 * abs(off), 100 * limit, "%")
        guessed = estimated(played)
        if scene.unix and guessed is not None:
            yield Budget(f"delay, {scene.title}: counted as estimated", guessed, TOLD, "%", "at least")
