"""What obs and its peers add to a Flask request: in process, and on a real server under wrk."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence

from benchmarks import in_process, server
from benchmarks.harness import Budget, Result, Table
from benchmarks.stacks import STACKS, Stack, select

ABOUT = """\
Three small routes of one Flask service (JSON by id, a JSON POST, a small page), observed by obs and by its peers. In \
process the service is called as a server calls it (WSGI, no network); each stack has a process of its own, started \
anew every few rounds, and each round measures every stack in a new random order. On the server, short rounds of bare \
and of a stack alternate."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--part", choices=("process", "server"), help="only that part")
    parser.add_argument(
        "--stack", type=_names, default=(), metavar="S,S", help=f"of {', '.join(s.name for s in STACKS)}"
    )
    parser.add_argument("--rounds", type=int, help="in process (default 80)")
    parser.add_argument("--requests", type=int, help="per round in process (default 300)")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def run(options: Namespace) -> Result:
    """Both parts, or the one asked for. Raises BenchmarkError if a stack can't be measured."""
    stacks = select(options.stack)
    tables: list[Table] = []
    budgets: list[Budget] = []
    notes: list[str] = []
    for name, part in PARTS.items():
        if options.part not in (None, name):
            continue
        found = part(stacks, options)
        if isinstance(found, str):
            notes.append(found)
        else:
            tables.extend(found[0])
            budgets.extend(found[1])
    return Result("overhead", ABOUT, tuple(tables), tuple(budgets), tuple(notes))


Found = tuple[tuple[Table, ...], tuple[Budget, ...]]


def _in_process(stacks: Sequence[Stack], options: Namespace) -> Found:
    rounds, requests = (8, 150) if options.quick else (80, 300)
    rounds, requests = options.rounds or rounds, options.requests or requests
    measured = in_process.measure(stacks, rounds=rounds, requests=requests)
    return (in_process.table(stacks, measured, requests),), in_process.budgets(measured, requests)


def _on_server(stacks: Sequence[Stack], options: Namespace) -> Found | str:
    """The findings, or why there are none."""
    why_not = server.why_not()
    names = {stack.name for stack in stacks}
    specs = [spec for spec in server.SERVERS if spec.name in names]
    if why_not or not specs:
        return why_not or "not measured on a server: none of these stacks is compared there"
    rounds, seconds = (2, 1) if options.quick else (7, 2)
    measured = server.measure(specs, rounds=rounds, seconds=seconds)
    return server.tables(specs, measured), server.budgets(measured)


PARTS: dict[str, Callable[[Sequence[Stack], Namespace], Found | str]] = {"process": _in_process, "server": _on_server}
