"""Requests a second and p99 of a real server against bare, under wrk: pairs of short rounds, compared pair by pair."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.harness import BenchmarkError, Budget, Column, Row, Table, interleave, progress, ratios, spread
from benchmarks.harness.processes import cpu_ns, descendants
from benchmarks.stacks import otel
from benchmarks.stacks.server import Server, Spec

OBS_RUN = (sys.executable, "-m", "obs", "run", "--port", "0", "--")

BARE = Spec("bare", "bare Flask", "bare")

SERVERS = (
    Spec("obs-1", "obs run, 1% sampled", "bare", OBS_RUN, {"OBS_TRACE_RATIO": "0.01"}),
    Spec("hand", "prometheus_client by hand", "hand"),
    Spec("otel-1-exporter", "OTel 1%, metrics + exporter", "otel-1-exporter", environ=otel.ENVIRON),
    Spec("otel-100", "OTel 100%, metrics", "otel-100", environ=otel.ENVIRON),
)

CONNECTIONS = (16, 1)

COLUMNS = (
    Column("title", "stack"),
    Column("rps", "req/s", 0),
    Column("rps_of_bare", "of bare", 2),
    Column("rps_of_bare_low", "from", 2),
    Column("rps_of_bare_high", "to", 2),
    Column("p99_ms", "p99 ms", 1),
    Column("p99_of_bare", "of bare", 1),
    Column("cpu_us", "CPU µs", 0),
    Column("cpu_of_bare", "of bare", 2),
)
"""CPU is the worker's, a request. Rows have more: ``stack``, ``connections``, and ``beside_us``, the CPU of the other
processes of the server's tree."""

TITLE = "gunicorn, one gevent worker, wrk with {} connection(s): medians of rounds; of bare: pair by pair"


@dataclass(frozen=True, slots=True)
class Load:
    """What one round of one server gave. CPU in µs a request: the worker's, and that of the rest of its tree."""

    requests: int
    rps: float
    p99_ms: float
    cpu: float
    beside: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A bare round and one of a stack, next to each other in time."""

    bare: Load
    stack: Load


Pairs = Mapping[tuple[str, int], Sequence[Pair]]
"""By server's name and number of connections: one pair a round."""


def why_not() -> str | None:
    """What is missing to run this, as one line; None if all is here."""
    return None if shutil.which("wrk") else "not measured on a server: wrk is not on PATH (Debian: apt-get install wrk)"


def measure(specs: Sequence[Spec], *, rounds: int, seconds: int, random: Random | None = None) -> Pairs:
    """Start bare and ``specs``, all of them once, and load one at a time."""
    shuffle = random or Random()
    made: Counter[str] = Counter()
    with ExitStack() as closing:
        servers = {spec.name: closing.enter_context(Server(spec)) for spec in (BARE, *specs)}

        def loaded(name: str, connections: int) -> Load:
            found = load(servers[name], connections, seconds)
            made[name] += found.requests
            return found

        def once(setting: tuple[str, int]) -> Pair:
            name, connections = setting
            return pair(lambda each: loaded(each, connections), name, shuffle)

        settings = [(spec.name, n) for spec in specs for n in CONNECTIONS]
        pairs = interleave(settings, rounds, once, random=random, track=progress)
        for name, server in servers.items():
            server.check(made[name])
    return pairs


def pair(measured: Callable[[str], Load], name: str, random: Random) -> Pair:
    """Bare and ``name``, in either order: whoever comes second finds a warmer machine."""
    if random.random() < 0.5:
        bare = measured("bare")
        return Pair(bare, measured(name))
    stack = measured(name)
    return Pair(measured("bare"), stack)


def load(server: Server, connections: int, seconds: int) -> Load:
    """One run of wrk. Raises BenchmarkError if any answer was an error: a server that refuses is fast."""
    worker, beside = cpu_ns(server.worker), _beside(server)
    found = wrk(server.port, connections, seconds)
    worker, beside = cpu_ns(server.worker) - worker, _beside(server) - beside
    requests = found["requests"]
    if found["errors"] or not requests:
        raise BenchmarkError(f"{server.spec.name}: {found['errors']:.0f} errors in {requests:.0f} requests")
    per = 1000 * requests
    return Load(int(requests), requests / found["seconds"], found["p99_ms"], worker / per, beside / per)


def _beside(server: Server) -> int:
    return sum(cpu_ns(pid) for pid in descendants(server.process.pid) if pid != server.worker)


def wrk(port: int, connections: int, seconds: int) -> Mapping[str, float]:
    """wrk's own summary, as benchmarks/wrk.lua writes it."""
    script = str(Path(__file__).with_name("wrk.lua"))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{port}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"wrk failed: {(done.stderr or done.stdout).strip()}")
    found: Mapping[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def tables(specs: Sequence[Spec], pairs: Pairs) -> tuple[Table, ...]:
    """One for each number of connections."""
    return tuple(
        Table(TITLE.format(connections), COLUMNS, tuple(_row(spec, connections, pairs) for spec in specs))
        for connections in CONNECTIONS
    )


def _row(spec: Spec, connections: int, measured: Pairs) -> Row:
    pairs = measured[spec.name, connections]
    rps = spread(_ratios(pairs, lambda load: load.rps))
    return {
        "stack": spec.name,
        "title": spec.title,
        "connections": connections,
        "rps": _median(pairs, lambda load: load.rps),
        "rps_of_bare": rps.median,
        "rps_of_bare_low": rps.low,
        "rps_of_bare_high": rps.high,
        "p99_ms": _median(pairs, lambda load: load.p99_ms),
        "p99_of_bare": spread(_ratios(pairs, lambda load: load.p99_ms)).median,
        "cpu_us": _median(pairs, lambda load: load.cpu),
        "cpu_of_bare": spread(_ratios(pairs, lambda load: load.cpu)).median,
        "beside_us": _median(pairs, lambda load: load.beside),
    }


def budgets(pairs: Pairs) -> tuple[Budget, ...]:
    """obs run keeps at least 0.95 of bare's requests/s, at each number of connections."""
    return tuple(
        Budget(
            f"obs run's requests/s against bare, {connections} connection{'s' * (connections > 1)}",
            spread(_ratios(measured, lambda load: load.rps)).median,
            0.95,
            "of bare",
            "at least",
        )
        for (name, connections), measured in pairs.items()
        if name == "obs-1"
    )


def _ratios(pairs: Sequence[Pair], of: Callable[[Load], float]) -> list[float]:
    return ratios([of(each.stack) for each in pairs], [of(each.bare) for each in pairs])


def _median(pairs: Sequence[Pair], of: Callable[[Load], float]) -> float:
    return spread(of(each.stack) for each in pairs).median
