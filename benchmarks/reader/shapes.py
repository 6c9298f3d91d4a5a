"""The reader's CPU shape beside py-spy's: the same processes, looked at by both at the same time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from benchmarks.accounting.found import Found
from benchmarks.harness import BenchmarkError, Budget, Column, Row, Table
from benchmarks.profiler.load import Loading
from benchmarks.profiler.served import OBS_RUN, Served
from benchmarks.profiler.truth import PATHS
from obs.host.cpu.recorded import Asked, Recorded
from obs.host.cpu.streams import Streams
from obs.host.profile.accounts import accounts
from obs.host.profile.targets import Target, in_run, working
from obs.host.pyspy.recording import Recording
from obs.profiling.session import Session
from obs.runtime.accounting.entries import IDLE

RATE = 100
LIMIT = 0.15
"""How far the two may be from each other, above what chance makes of so many looks, and what py-spy is away from the
accounts: where CPUs are short it also counts what stands in line for one."""

Shape = Mapping[tuple[str, str], float]
"""By work and innermost function, its share of the CPU seconds."""

COLUMNS = (
    Column("title", "program"),
    Column("distance", "distance", 3),
    Column("chance", "by chance", 3),
    Column("hottest", "hottest, reader %", 1),
    Column("theirs", "py-spy %", 1),
    Column("exact", "from accounts, reader", 3),
    Column("their_exact", "py-spy", 3),
    Column("ours", "looks", 0),
    Column("looks", "py-spy's looks", 0),
    Column("unread", "reader's lost, %", 2),
    Column("lost", "py-spy's lost, %", 2),
)


class Both(NamedTuple):
    """What both saw of one process."""

    reader: Recorded
    py_spy: Recorded
    works: frozenset[str]
    used: Mapping[str, float]
    """CPU seconds by work that the process has accounted meanwhile."""


def run(quick: bool) -> Found:
    seconds = 4.0 if quick else 20.0
    rows = [row("the mixed load", mixed(seconds)), *gallery(seconds, quick)]
    excess = max(map(beyond, rows))
    exact = ratio(float(each[of] or 0) for of in ("exact", "their_exact") for each in rows)
    budgets = (
        Budget("distance of the reader's shape from py-spy's, beyond chance and py-spy's faults", excess, LIMIT, ""),
        Budget("distance of the works' shares from the accounts, of py-spy's", exact, 1.1, "times"),
    )
    title = f"CPU by work and innermost function, reader beside py-spy, {seconds:g} s: 0 is the same, 1 nothing alike"
    return Found((Table(title, COLUMNS, tuple(rows)),), budgets)


def beyond(row: Row) -> float:
    """What of the distance is explained by neither."""
    distance, chance, theirs = (float(row[name] or 0) for name in ("distance", "chance", "their_exact"))
    return max(distance - chance - theirs, 0.0)


def ratio(distances: Iterable[float]) -> float:
    """Of the first half of them to the second, in sum."""
    found = list(distances)
    half = len(found) // 2
    return sum(found[:half]) / (sum(found[half:]) or 1.0)


def mixed(seconds: float) -> Both:
    """The five endpoints of the profiler's benchmark."""
    with Served(OBS_RUN) as server:
        loading = Loading(server.port, seconds + 2, 10, PATHS)
        time.sleep(1.0)
        found = both(worker(server.runtime), seconds)
        loading.result()
        return found


def gallery(seconds: float, quick: bool) -> Iterator[Row]:
    """Its programs whose hotspot is CPU."""
    from profiles.gallery import PROGRAMS
    from profiles.stage import staged

    programs = [each for each in PROGRAMS if each.hotspot.view == "cpu"]
    for program in programs[:1] if quick else programs:
        with staged(program) as running:
            yield row(program.name, both(worker(running.folder / "run"), seconds))


def worker(runtime: Path) -> Target:
    """The process below a runtime directory that works."""
    for folder in filter(Path.is_dir, runtime.iterdir()):
        for target in working(list(in_run(folder))):
            return target
    raise BenchmarkError(f"nothing runs below {runtime}")


def both(target: Target, seconds: float) -> Both:
    """Let both look at it. Raises BenchmarkError if one can't."""
    with streams() as looking:
        py_spy, reading = Recording(target.pid, RATE, seconds), looking.record(Asked(target.pid, RATE, seconds))
        before = accounts(target.file)
        time.sleep(seconds)
        for each in (reading, py_spy):
            each.end()
        used = accounts(target.file).since(before).seconds
        cpu = {work: of.get("cpu", 0.0) for work, of in used.items() if work != IDLE}
        found = Both(reading.result(), py_spy.result(), frozenset(used), cpu)
    refused = found.reader.refused or found.py_spy.refused
    if refused:
        raise BenchmarkError(f"process {target.pid}: {refused}")
    return found


@contextmanager
def streams() -> Iterator[Streams]:
    found = Streams(RATE)
    try:
        yield found
    finally:
        found.close()


def row(title: str, found: Both) -> Row:
    ours, theirs = shape(session(found.reader, found.works)), shape(session(found.py_spy, found.works))
    place = max(theirs, key=lambda at: theirs[at], default=("", ""))
    looks, their_looks = (sum(one.looks for one in each.seen) for each in (found.reader, found.py_spy))
    return {
        "title": title,
        "distance": distance(ours, theirs),
        "chance": by_chance(ours, theirs, looks, their_looks),
        "hottest": 100 * ours.get(place, 0.0),
        "theirs": 100 * theirs.get(place, 0.0),
        "exact": distance(by_work(ours), by_work({(work, ""): used for work, used in found.used.items()})),
        "their_exact": distance(by_work(theirs), by_work({(work, ""): used for work, used in found.used.items()})),
        "ours": looks,
        "looks": their_looks,
        "unread": 100 * found.reader.unreadable / max(looks, 1),
        "lost": 100 * found.py_spy.unreadable / max(their_looks, 1),
    }


def session(recorded: Recorded, works: frozenset[str]) -> Session:
    return recorded.session(Asked(1, RATE, 0.0), works)


def by_chance(ours: Shape, theirs: Shape, looks: int, their_looks: int, draws: int = 30) -> float:
    """How far two would be from each other who took so many looks at one and the same thing."""
    random, pooled = Random(1), Counter({**ours}) + Counter({**theirs})
    if not pooled or not looks or not their_looks:
        return 1.0
    places, weights = list(pooled), list(pooled.values())
    drawn = [[of(random.choices(places, weights, k=count)) for count in (looks, their_looks)] for _ in range(draws)]
    return sum(distance(*pair) for pair in drawn) / draws


def of(places: Sequence[tuple[str, str]]) -> Shape:
    """Of as many looks."""
    return {at: count / len(places) for at, count in Counter(places).items()}


def shape(session: Session) -> Shape:
    seconds: Counter[tuple[str, str]] = Counter()
    for sample in session.samples:
        seconds[sample.work, session.frames[sample.stack[-1]].function] += sample.weight  # type: ignore[assignment]
    total = sum(seconds.values())
    return {at: each / total for at, each in seconds.items()} if total else {}


def by_work(found: Shape) -> Shape:
    """Only the works' shares."""
    total, shares = sum(found.values()), Counter[tuple[str, str]]()
    for (work, _), each in found.items():
        shares[work, ""] += each / total  # type: ignore[assignment]
    return shares


def distance(ours: Shape, theirs: Shape) -> float:
    """The total variation distance: the share of the seconds that would have to be elsewhere to make them the same."""
    return sum(abs(ours.get(at, 0.0) - theirs.get(at, 0.0)) for at in {*ours, *theirs}) / 2
