"""How late obs's threads make a gevent loop, under a sampled load that is exported without `obs run`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.harness import Budget, Child, Column, Result, Row, Table, differences, interleave, progress, spread

ABOUT = """\
A greenlet sleeps 1 ms again and again and notes how late it wakes, while another makes requests of the service at a \
steady rate, every one of them sampled. With *export*, a native thread of obs encodes the spans and sends them to a \
collector on this machine; *no export* is the same without a collector to send to, so what is between the two is the \
thread's; *bare* is the service alone. The longest lateness bounds the longest that obs held the loop in one go."""

OBS = {"OBS_TRACE_RATIO": "1", "OBS_OUTLIERS": "0"}

BARE, NO_EXPORT, EXPORT = "bare", "obs, no export", "obs, export"

COLUMNS = (
    Column("title", "process"),
    Column("p50_ms", "lateness p50, ms", 3),
    Column("p99_ms", "p99, ms", 3),
    Column("p99_low_ms", "from", 3),
    Column("p99_high_ms", "to", 3),
    Column("max_ms", "longest, ms", 2),
)


@dataclass(frozen=True, slots=True)
class Lateness:
    """One round's, in ms."""

    p50: float
    p99: float
    longest: float


Rounds = Mapping[str, Sequence[Lateness]]


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--rate", type=float, default=200.0, help="requests a second (default 200)")


def run(options: Namespace) -> Result:
    rounds, seconds = (3, 0.5) if options.quick else (20, 1.5)
    measured = measure(rounds, seconds, options.rate)
    table = Table(
        f"{options.rate:g} requests/s, medians of rounds", COLUMNS, tuple(_row(*each) for each in measured.items())
    )
    return Result("lateness", ABOUT, (table,), budgets(measured))


def measure(rounds: int, seconds: float, rate: float) -> Rounds:
    with ExitStack() as closing:
        collector = closing.enter_context(_collector())
        export = OBS | {"OTEL_EXPORTER_OTLP_ENDPOINT": collector}
        subjects = {BARE: ("bare", {}), NO_EXPORT: ("obs", OBS), EXPORT: ("obs", export)}
        children = {
            name: closing.enter_context(Child("benchmarks.stacks.loop", stack, environ=environ))
            for name, (stack, environ) in subjects.items()
        }

        def once(name: str) -> Lateness:
            late = children[name].ask(seconds=seconds, rate=rate)
            return Lateness(late["p50_ms"], late["p99_ms"], late["max_ms"])

        return interleave(list(children), rounds, once, track=progress)


@contextmanager
def _collector() -> Iterator[str]:
    """A collector in a process of its own, by its URL."""
    with Child("benchmarks.stacks.collector", environ={}) as child:
        yield f"http://127.0.0.1:{child.ask()['port']}"


def budgets(rounds: Rounds) -> tuple[Budget, ...]:
    """What export adds to p99, and to the longest lateness, compared round by round."""
    return (
        Budget("lateness p99 that obs's export thread adds", _between(rounds, lambda late: late.p99), 0.5, "ms"),
        Budget(
            "the longest lateness that it adds, median of rounds",
            _between(rounds, lambda late: late.longest),
            1.0,
            "ms",
        ),
    )


def _between(rounds: Rounds, of: Callable[[Lateness], float]) -> float:
    with_export = [of(late) for late in rounds[EXPORT]]
    without = [of(late) for late in rounds[NO_EXPORT]]
    return spread(differences(with_export, without)).median


def _row(name: str, rounds: Sequence[Lateness]) -> Row:
    p99 = spread(late.p99 for late in rounds)
    return {
        "title": name,
        "p50_ms": spread(late.p50 for late in rounds).median,
        "p99_ms": p99.median,
        "p99_low_ms": p99.low,
        "p99_high_ms": p99.high,
        "max_ms": spread(late.longest for late in rounds).median,
    }
