"""What was found in boards and rules, as text by file, as JSON, and as GitHub's annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from obs.generate.lint.check import Verdict
from obs.generate.lint.report import counted, wrapped
from obs.generate.lint.world import World


def by_file(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda found: (found.file, found.problem.level))


def lines(verdicts: Sequence[Verdict], world: World, passed: int, width: int) -> Iterator[str]:
    """Each file with what is wrong in it and what to do, then the sum."""
    for file, found in groupby(by_file(verdicts), key=lambda verdict: verdict.file):
        yield file
        for check, _, problem in found:
            yield from wrapped(f"  {problem.level:8}", f"{problem.where}: {problem.problem}  [{check}]", width)
            yield from wrapped(" " * 10 + "do: ", problem.fix, width)
        yield ""
    yield f"{total(verdicts)}; {looked_at(world)}{f'; {passed} let pass by exclusions' if passed else ''}"


def total(verdicts: Sequence[Verdict]) -> str:
    counts = Counter(verdict.problem.level for verdict in verdicts)
    said = [counted(counts[level], level) for level in ("error", "warning") if counts[level]]
    return ", ".join(said) or "all is well"


def looked_at(world: World) -> str:
    rules, queries = len(world.all_rules()), sum(len(world.queries(board)) for board in world.boards)
    asked = "1 query" if queries == 1 else f"{queries} queries"
    return f"{counted(len(world.boards), 'board')} with {asked}, {counted(rules, 'rule')}"


def as_json(verdicts: Sequence[Verdict], world: World, passed: int) -> dict[str, Any]:
    """``{"boards", "rules", "passed", "problems": [{"file", "check", "level", "where", "problem", "fix"}]}``."""
    return {
        "boards": len(world.boards),
        "rules": len(world.all_rules()),
        "passed": passed,
        "problems": [{"file": file, "check": check, **problem._asdict()} for check, file, problem in by_file(verdicts)],
    }


def github(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the file:
    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    for check, file, problem in by_file(verdicts):
        text = f"{problem.where}: {problem.problem}; {problem.fix}"
        yield f"::{problem.level} file={escaped(file, ':,')},title={escaped(check, ':,')}::{escaped(text)}"


def escaped(text: str, more: str = "") -> str:
    for letter in "%\r\n" + more:
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text
