"""What `import obs` costs a service's start, and what it pulls in."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.harness import BenchmarkError, Budget, Column, Result, Table, interleave, progress, spread

ABOUT = """\
Each import in a fresh interpreter, its files in the page cache and its bytecode compiled; medians of rounds in random \
order. The others are there to compare."""

SUBJECTS = (
    "obs",
    "prometheus_client",
    "opentelemetry.sdk.trace",
    "opentelemetry.instrumentation.flask",
    "flask",
    "gevent",
)

FORBIDDEN = ("flask", "gevent", "requests", "urllib3", "ssl", "opentelemetry")
"""What ``import obs`` must not pull in: gevent must patch some of them first, the others cost too much."""

PROGRAM = """
import json, sys, time
before = set(sys.modules)
start = time.perf_counter()
import {module}
seconds = time.perf_counter() - start
pulled = sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})
print(json.dumps({{"seconds": seconds, "modules": len(set(sys.modules) - before), "pulled": pulled}}))
"""

COLUMNS = (
    Column("title", "import"),
    Column("ms", "ms"),
    Column("low_ms", "from"),
    Column("high_ms", "to"),
    Column("modules", "modules", 0),
)


@dataclass(frozen=True, slots=True)
class Import:
    """One fresh interpreter's import: its time, how many modules came with it, and their top-level packages."""

    seconds: float
    modules: int
    pulled: tuple[str, ...]


def arguments(_parser: ArgumentParser) -> None: ...


def run(options: Namespace) -> Result:
    measured = interleave(SUBJECTS, 3 if options.quick else 15, fresh_import, track=progress)
    rows = tuple(_row(name, imports) for name, imports in measured.items())
    pulled = measured["obs"][-1].pulled
    return Result(
        "import",
        ABOUT,
        (Table("Fresh interpreters", COLUMNS, rows),),
        budgets(measured["obs"]),
        (f"import obs pulls in: {', '.join(name for name in pulled if not name.startswith('_'))}",),
    )


def fresh_import(module: str) -> Import:
    """Raises BenchmarkError with the interpreter's last line if the import fails."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(module=module)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchmarkError(f"import {module}: {done.stderr.strip().splitlines()[-1]}")
    found = json.loads(done.stdout)
    return Import(found["seconds"], found["modules"], tuple(found["pulled"]))


def budgets(imports: list[Import]) -> tuple[Budget, Budget]:
    """At most 50 ms, and none of the forbidden modules."""
    forbidden = [name for name in FORBIDDEN if any(name in each.pulled for each in imports)]
    named = f": {', '.join(forbidden)}" if forbidden else ""
    return (
        Budget("import obs", spread(each.seconds * 1000 for each in imports).median, 50.0, "ms"),
        Budget(f"modules that import obs must not pull in{named}", float(len(forbidden)), 0.0, "of them"),
    )


def _row(name: str, imports: list[Import]) -> Mapping[str, float | str | None]:
    took = spread(each.seconds * 1000 for each in imports)
    return {
        "title": name,
        "ms": took.median,
        "low_ms": took.low,
        "high_ms": took.high,
        "modules": imports[-1].modules,
    }
