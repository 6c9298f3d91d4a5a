"""``python -m profiles``: the gallery's programs, to record, to render, or to try things on."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from obs.profiling.file import write_bytes
from profiles import pages
from profiles.gallery import PROGRAMS, Program
from profiles.recording import record
from profiles.stage import staged

KNOWN = {each.name: each for each in PROGRAMS}


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser("python -m profiles", description=(__doc__ or "").partition(": ")[2])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, do, number in (("record", recorded, "*"), ("render", rendered, None), ("run", run, 1)):
        command = commands.add_parser(name, help=do.__doc__)
        if number:
            command.add_argument("programs", nargs=number, type=named, metavar="NAME", help=", ".join(KNOWN))
        command.set_defaults(do=do, programs=())
    options = parser.parse_args(argv)
    options.do(options.programs)
    return 0


def named(name: str) -> Program:
    """The program of that name."""
    if name not in KNOWN:
        raise argparse.ArgumentTypeError(f"no program {name!r}; there are {', '.join(KNOWN)}")
    return KNOWN[name]


def recorded(chosen: Sequence[Program]) -> None:
    """record these programs again, or all of them, and render"""
    for each in chosen or PROGRAMS:
        for file in record(each):
            print(file)
    rendered(())


def rendered(_: Sequence[Program]) -> None:
    """render pictures and pages from the recordings that there are"""
    for path, content in pages.rendered():
        if not path.exists() or path.read_bytes() != content:
            write_bytes(content, path)
            path.chmod(0o644)
            print(path)


def run(chosen: Sequence[Program]) -> None:
    """run one with its load until Ctrl-C, and try obs on it"""
    (which,) = chosen
    with staged(which) as running:
        print(f"in another terminal: export OBS_RUNTIME_DIR={running.folder / 'run'}")
        print(f"                     obs profile --service {which.service}")
        try:
            input("Enter or Ctrl-C ends it: ")
        except (KeyboardInterrupt, EOFError):
            print()


if __name__ == "__main__":
    raise SystemExit(main())
