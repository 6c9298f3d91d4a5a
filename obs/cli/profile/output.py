"""How a session is shown: options and output of every command that has one."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.profiling.options import Options
    from obs.profiling.session import Session

VIEWS = ("cpu", "held", "delay", "wait")
"""Those of :mod:`obs.profiling.session`, which isn't imported for the help."""


OUTPUT = (
    "write it there, in the format of the ending: .html, .svg, .txt, .speedscope.json, .pb.gz, .collapsed, .json, "
    ".json.gz; without it a report is printed"
)


def add_arguments(parser: argparse.ArgumentParser, *, view: bool = True, output: str = OUTPUT) -> None:
    """Add ``-o`` and what chooses; ``view=False`` for a command that has its own ``--view``."""
    parser.add_argument("-o", dest="output", type=Path, metavar="FILE", help=output)
    if view:
        parser.add_argument("--view", choices=VIEWS, help="only this one of the four clocks")
    parser.add_argument("--work", default="", metavar="NAME", help="only works with this in their name")
    parser.add_argument("--merged", action="store_true", help="the same code once, whichever work calls it")
    parser.add_argument("--fold", action="store_true", help="without Python's and gevent's own frames at stacks' ends")
    parser.add_argument("--least", type=percent, default=0.0, metavar="%", help="draw what is less of the whole as one")
    parser.add_argument("--top", type=rows, default=10, metavar="N", help="rows of each of the report's tables (10)")


def options_of(options: argparse.Namespace) -> Options:
    """What was asked for by the arguments."""
    from obs.profiling.options import Options

    return Options(
        view=options.view,
        work=options.work,
        merged=options.merged,
        cut=options.fold,
        least=options.least,
        width=width(),
        top=options.top,
    )


def width() -> int:
    """Of the terminal, 40 at least; COLUMNS decides if it is set."""
    return max(shutil.get_terminal_size((100, 24)).columns, 40)


def put(session: Session, path: Path | None, options: Options) -> None:
    """Write the session to ``path`` in the format of its ending, or print the report. Raises SessionError."""
    from obs.profiling.render import renderers, text

    if path is None:
        say(text.render(session, options))
        return
    renderers.save(session, path, options)
    told(path)


def say(report: bytes) -> None:
    """Print a report."""
    sys.stdout.write(report.decode())


def told(path: Path) -> None:
    """Say where it is."""
    if path.is_file():
        print(f"{path}: {path.stat().st_size / 1000:,.0f} kB")


def percent(text: str) -> float:
    """``0.5`` or ``0.5%`` as a share of 1, below all of it."""
    number = float(text.removesuffix("%")) / 100
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0% and 100%")
    return number


def rows(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return number
