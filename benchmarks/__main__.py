"""Lists the benchmarks, runs one or all of them, and makes docs/overhead.md of the runs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from benchmarks import importing, lateness, overhead, page, plan, scrape
from benchmarks.accounting import command as accounting
from benchmarks.harness import BenchmarkError, Report, Result, markdown, terminal
from benchmarks.harness.machine import machine
from benchmarks.jobs import command as jobs
from benchmarks.live import command as live
from benchmarks.profiler import command as profiler
from benchmarks.reader import command as reader


class Benchmark(Protocol):
    """A module of this package: its docstring's first line is its help."""

    __doc__: str | None

    def arguments(self, parser: ArgumentParser, /) -> None:
        """Add its own options; ``options.quick`` is there for all."""

    def run(self, options: Namespace, /) -> Result: ...


BENCHMARKS: Mapping[str, Benchmark] = {
    "overhead": overhead,
    "lateness": lateness,
    "import": importing,
    "scrape": scrape,
    "jobs": jobs,
    "accounting": accounting,
    "profiler": profiler,
    "reader": reader,
    "live": live,
    "plan": plan,
}


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0, 1 if a budget is broken, 2 if something can't be measured."""
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        return int(options.command(options)) if "command" in options else _list(parser)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2


def _parser() -> ArgumentParser:
    parser = ArgumentParser("python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(metavar="BENCHMARK", title="benchmarks")
    for name, benchmark in BENCHMARKS.items():
        command = _add(commands, name, (benchmark.__doc__ or "").splitlines()[0])
        benchmark.arguments(command)
        command.set_defaults(command=_run, chosen=(name,))
    command = _add(commands, "all", "All of them, one after the other.", conflict_handler="resolve")  # each has --only
    for benchmark in BENCHMARKS.values():
        benchmark.arguments(command)
    command.set_defaults(command=_run, chosen=tuple(BENCHMARKS))
    report = commands.add_parser("report", help="docs/overhead.md from the JSON of earlier runs.")
    report.add_argument("files", nargs="+", metavar="FILE")
    report.add_argument("--page", type=Path, default=page.PAGE, metavar="FILE", help=f"default {page.PAGE}")
    report.set_defaults(command=_report)
    return parser


def _add(commands: _SubParsersAction[ArgumentParser], name: str, says: str, **options: Any) -> ArgumentParser:
    command = commands.add_parser(name, help=says, description=says, **options)
    command.add_argument("--quick", action="store_true", help="few, short rounds: to see that it works")
    command.add_argument(
        "--json", nargs="?", const="-", metavar="FILE", help="the report as JSON: to FILE, or alone on stdout"
    )
    command.add_argument("--markdown", action="store_true", help="Markdown on stdout instead of tables")
    command.add_argument("--page", type=Path, metavar="FILE", help="also make that page of the JSON FILE")
    return command


def _list(parser: ArgumentParser) -> int:
    parser.print_help()
    return 0


def _run(options: Namespace) -> int:
    if options.page and options.json in (None, "-"):
        raise BenchmarkError("--page needs --json FILE: the page is made of that file")
    began, facts = datetime.now(UTC).isoformat(timespec="seconds"), machine()
    report = Report(began, facts, tuple(BENCHMARKS[name].run(options) for name in options.chosen))
    _show(report, options)
    return 0 if report.holds else 1


def _show(report: Report, options: Namespace) -> None:
    if options.json == "-":
        print(report.to_json(), end="")
        return
    if options.json:
        Path(options.json).write_text(report.to_json())
    if options.page:
        page.write(options.page, [options.json])
    if options.markdown:
        print(markdown(report), end="")
    else:
        terminal(report)


def _report(options: Namespace) -> int:
    page.write(options.page, options.files)
    return 0


if __name__ == "__main__":
    sys.exit(main())
