"""What profiling at 100 Hz costs the process that is looked at: its CPU a request and requests a second, compared."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from random import Random
from typing import NamedTuple

from benchmarks.accounting.found import Found
from benchmarks.harness import BenchmarkError, Budget, Column, Row, Table, interleave, progress, ratios, spread
from benchmarks.harness.processes import PROC, cpu_ns
from benchmarks.profiler.peers import PEERS
from benchmarks.profiler.served import OBS_RUN, Served
from benchmarks.profiler.sink import sink
from benchmarks.profiler.watchers import watched

PARKED = (10, 10_000)
PATHS = ("/small", "/short")
"""Asked for at the same time: one computes, the other waits as well."""
CONNECTIONS = 4
"""Of each path."""
SETTLING = 1.8
"""Seconds until a watcher looks: obs profile has to start, and py-spy to read the symbols."""
LIMIT = 1.01
"""Times the CPU a request under py-spy alone."""

REQUESTS = re.compile(r"(\d+) requests in ([\d.]+)s")


class Subject(NamedTuple):
    """Who is measured: a server, and who looks at it meanwhile."""

    parked: int
    server: str
    watcher: str


class Cost(NamedTuple):
    cpu_us: float
    """Of the worker, a request."""
    rps: float
    beside: float = 0.0
    """The part of that CPU that threads beside the loop's used."""


Rounds = Mapping[Subject, Sequence[Cost]]

TITLES = {
    ("bare", "nobody"): "nobody",
    ("bare", "py-spy"): "py-spy alone",
    ("ddtrace", "nobody"): "ddtrace's profiler and tracer, inside",
    ("pyroscope", "nobody"): "pyroscope-io, inside",
    ("obs", "nobody"): "obs run: nobody",
    ("obs", "py-spy"): "obs run: py-spy alone",
    ("obs", "obs-cpu"): "obs run: obs profile --view cpu",
    ("obs", "obs"): "obs run: obs profile, all views",
    ("continuous", "nobody"): "obs run --profile, 10 Hz",
}
"""The one list of who is measured."""

BASES = {"bare": "bare", "ddtrace": "bare", "pyroscope": "bare", "obs": "obs", "continuous": "obs"}
"""The server that each is compared with, when nobody looks at it."""

COLUMNS = (
    Column("title", "who looks"),
    Column("cpu_us", "CPU µs a request", 0),
    Column("cpu", "of nobody's", 3),
    Column("of_py_spy", "of py-spy's", 3),
    Column("beside", "of it beside the loop, %", 2),
    Column("rps", "req/s", 0),
    Column("rps_ratio", "of nobody's", 3),
)
"""Rows have more: the quartiles of the ratio, ``cpu_low`` and ``cpu_high``."""


def run(quick: bool) -> Found:
    if not shutil.which("wrk"):
        return Found((), (), ("the slowdown is not measured: wrk is not on PATH (Debian: apt-get install wrk)",))
    rounds, seconds = (1, 1) if quick else (6, 2)
    left_out = {peer.name: why for peer in PEERS if (why := peer.why_not())}
    subjects = [Subject(parked, *each) for parked in PARKED for each in TITLES if each[0] not in left_out]
    measured = measure(subjects, rounds=rounds, seconds=seconds)
    tables = tuple(table(parked, measured) for parked in PARKED)
    return Found(tables, tuple(budget(parked, measured) for parked in PARKED), tuple(left_out.values()))


def measure(subjects: Sequence[Subject], *, rounds: int, seconds: int, random: Random | None = None) -> Rounds:
    """Start every server once, and load one at a time.

    Those who look at one server come one after the other, so what is compared to a hundredth is neighbours in time.
    """
    order = random or Random()
    with ExitStack() as closing:
        port = closing.enter_context(sink()).port
        names = list(dict.fromkeys((each.parked, each.server) for each in subjects))
        servers = {name: closing.enter_context(started(*name, port)) for name in names}

        def once(name: tuple[int, str]) -> Mapping[Subject, Cost]:
            mine = [each for each in subjects if (each.parked, each.server) == name]
            return {each: watching(servers[name], each.watcher, seconds) for each in order.sample(mine, len(mine))}

        found = interleave(names, rounds, once, random=random, track=progress)
    return {each: [costs[each] for costs in found[each.parked, each.server]] for each in subjects}


def watching(server: Served, watcher: str, seconds: int) -> Cost:
    with watched(server, watcher):
        time.sleep(SETTLING)
        return loaded(server, seconds)


def started(parked: int, name: str, port: int) -> Served:
    environ = {"PROFILER_PARKED": str(parked)}
    for peer in PEERS:
        if peer.name == name:
            return Served(peer.prefix, {**environ, **peer.environ(port)})
    if name == "continuous":
        environ["OBS_PROFILE"] = "true"
    return Served(() if name == "bare" else OBS_RUN, environ)


def loaded(server: Served, seconds: int) -> Cost:
    """Load it. Raises BenchmarkError if any answer was an error."""
    before, main = cpu_ns(server.worker), main_ns(server.worker)
    done = [
        subprocess.Popen(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"http://127.0.0.1:{server.port}{path}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for path in PATHS
    ]
    found = [answered(each.communicate()[0]) for each in done]
    used, main = cpu_ns(server.worker) - before, main_ns(server.worker) - main
    requests = sum(count for count, _ in found)
    return Cost(used / 1000 / requests, sum(count / took for count, took in found), 1 - main / used)


def main_ns(pid: int) -> int:
    """CPU of a process's first thread so far, in ns, as :func:`cpu_ns` has it."""
    return int((PROC / f"{pid}/task/{pid}/schedstat").read_text().split()[0])


def answered(report: str) -> tuple[int, float]:
    """Requests and seconds, by wrk's own report."""
    match = REQUESTS.search(report)
    if match is None or "Non-2xx" in report or not int(match[1]):
        raise BenchmarkError(f"wrk: {report.strip()}")
    return int(match[1]), float(match[2])


def table(parked: int, measured: Rounds) -> Table:
    title = f"Slowdown at 100 Hz, {parked:,} greenlets parked: medians of rounds; ratios round by round"
    rows = tuple(row(subject, measured) for subject in measured if subject.parked == parked)
    return Table(title, COLUMNS, rows)


def row(subject: Subject, measured: Rounds) -> Row:
    costs, base = measured[subject], measured[Subject(subject.parked, BASES[subject.server], "nobody")]
    more = spread(ratios(cpu(costs), cpu(base)))
    found: dict[str, float | str | None] = {
        "title": TITLES[subject.server, subject.watcher],
        "cpu_us": spread(cpu(costs)).median,
        "beside": 100 * spread(each.beside for each in costs).median,
        "rps": spread(each.rps for each in costs).median,
    }
    if costs is not base:
        found |= {"cpu": more.median, "cpu_low": more.low, "cpu_high": more.high}
        found["rps_ratio"] = spread(ratios([each.rps for each in costs], [each.rps for each in base])).median
    if subject.watcher.startswith("obs"):
        found["of_py_spy"] = of_py_spy(subject, measured)
    return found


def cpu(costs: Iterable[Cost]) -> list[float]:
    return [each.cpu_us for each in costs]


def of_py_spy(subject: Subject, measured: Rounds) -> float:
    """CPU a request, as a multiple of what it is under py-spy alone in the same round."""
    alone = measured[subject._replace(watcher="py-spy")]
    return spread(ratios(cpu(measured[subject]), cpu(alone))).median


def budget(parked: int, measured: Rounds) -> Budget:
    what = f"CPU a request under obs profile, all views, {parked:,} parked: of that under py-spy alone"
    return Budget(what, of_py_spy(Subject(parked, "obs", "obs"), measured), LIMIT, "times")
