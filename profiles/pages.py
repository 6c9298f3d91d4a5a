"""Renders the gallery from its recordings: pictures, the outputs quoted in its pages, and the table of contents.

In a page, a block of the kind ``console`` has commands after ``$`` and below each what it prints. Sessions are read as
`obs profile show` and `diff` read them; what other commands have printed is in files, since nobody can ask again.
"""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, redirect_stdout
from pathlib import Path
from unittest import mock

from obs.cli.main import main
from obs.profiling.file import read
from obs.profiling.options import Options
from obs.profiling.render import svg
from profiles.gallery import FOLDER, PROGRAMS, Program

INDEX = FOLDER / "README.md"
CONSOLE = re.compile(r"(?<=^```console\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(?<=<!-- the programs -->\n).*?(?=<!-- end -->)", re.DOTALL)
LEAST = 0.004
"""Of a picture's width: what is less is drawn as one box."""


def rendered() -> Iterator[tuple[Path, bytes]]:
    """Every file that is made of the recordings, with what should be in it."""
    for program in PROGRAMS:
        yield program.picture, picture(program)
        page = program.folder / "README.md"
        yield page, CONSOLE.sub(lambda found: answered(found.group(), program), page.read_text()).encode()  # noqa: B023
    yield INDEX, TABLE.sub(lambda _: table(), INDEX.read_text()).encode()


def picture(program: Program) -> bytes:
    """The flame graph of the view that tells it."""
    return svg.render(read(program.session), Options(view=program.hotspot.view, least=LEAST))


def answered(block: str, program: Program) -> str:
    """The block's commands, each with its output."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "\n".join(f"{command}\n{output(command.removeprefix('$ '), program)}" for command in commands)


def output(command: str, program: Program) -> str:
    """What a command prints, through the pipes that follow it."""
    asked, *pipes = piped(command)
    lines: Sequence[str] = printed(asked, program).rstrip().splitlines()
    for name, *arguments in pipes:
        lines = PIPES[name](lines, *arguments)
    return "\n".join(lines).strip("\n") + "\n"


def piped(command: str) -> list[list[str]]:
    """The words of each command of a pipe, without the comment at its end."""
    words = shlex.shlex(command, posix=True, punctuation_chars="|")
    words.whitespace_split = True
    commands: list[list[str]] = [[]]
    for word in words:
        commands.append([]) if word == "|" else commands[-1].append(word)
    return commands


def head(lines: Sequence[str], number: str) -> Sequence[str]:
    return lines[: int(number[1:])]


def tail(lines: Sequence[str], number: str) -> Sequence[str]:
    return lines[-int(number[1:]) :]


def grep(lines: Sequence[str], wanted: str) -> Sequence[str]:
    """``wanted``: texts, with ``\\|`` in between."""
    return [line for line in lines if any(one in line for one in wanted.split(r"\|"))]


PIPES: dict[str, Callable[..., Sequence[str]]] = {"head": head, "tail": tail, "grep": grep}


def printed(words: list[str], program: Program) -> str:
    """What ``obs`` prints: of a session now, else what it did when the program ran."""
    match words:
        case ["obs", "profile", "show" | "diff", *_]:
            return ran(words[1:], program)
        case ["obs", "profile", "--service", program.service, *options]:
            return ran(["profile", "show", program.session.name, *options], program)
    command = shlex.join(words)
    asked, _, kept = program.output(command).read_text().partition("\n")
    if asked != f"$ {command}":
        raise ValueError(f"{program.name}: `{command}` is quoted, and recorded was {asked}")
    return kept


def ran(arguments: list[str], program: Program) -> str:
    """What the command line prints, 100 columns wide."""
    out = io.StringIO()
    with chdir(program.folder), redirect_stdout(out), mock.patch.dict("os.environ", COLUMNS="100"):
        if code := main(arguments):
            raise ValueError(f"{program.name}: obs {shlex.join(arguments)} failed: {code}")
    return out.getvalue()


def table() -> str:
    """From what is seen to the page that tells what it is."""
    rows: list[tuple[str, ...]] = [("what you see", "program", "view", "the report's first lines")]
    rows += [("---",) * 4, *map(row, PROGRAMS)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def row(program: Program) -> tuple[str, ...]:
    first, second = output(f"obs profile --service {program.service} | head -2", program).splitlines()
    return (
        program.symptom,
        f"[{program.name}]({program.name}/README.md)",
        program.hotspot.view,
        f"`{first}`<br>`{second.strip()}`",
    )
