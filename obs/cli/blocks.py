"""``obs blocks``."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from obs.cli.command import Command
from obs.errors import ObsError

if TYPE_CHECKING:
    from obs.host.blocks.find import Runs
    from obs.host.blocks.gather import Gathered
    from obs.host.blocks.render import Line
    from obs.runtime.blocks.block import Block

PAUSE = 0.5
"""Seconds between two looks of --follow."""


class Blocks(Command):
    """Show the record of blocked loops.

    Each time one piece of work held the loop for longer than OBS_BLOCK (20 ms), and everything else of the process
    stood still: how long, what it did, where, and who waited. The newest is last. PID may be a worker's, its server's
    or that of obs run; without it or --service, every service of this user is shown.
    """

    name = "blocks"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("pid", nargs="?", type=int, metavar="PID", help="of this process and its children only")
        parser.add_argument("--service", help="of this service only")
        parser.add_argument("--work", metavar="NAME", help="of the works with this in their name only")
        parser.add_argument("--since", metavar="10m", help="of the last 10 minutes only (30s, 10m, 2h)")
        parser.add_argument("--json", action="store_true", help="print one JSON object per line")
        parser.add_argument("--follow", action="store_true", help="go on, and print each as it comes")

    def run(self, options: argparse.Namespace) -> int:
        from obs.host.blocks.find import Runs, runtime_dir

        since = earliest(options.since)
        runs = Runs(runtime_dir(os.environ, options.pid))
        found = look(runs, options)
        show = shower(as_json=options.json)
        shown = [block for block in found.blocks if keep(block, options.work, since)]
        show(shown)
        if options.follow:
            follow(runs, options, show, {key(block) for block in found.blocks if block.ended})
        if not options.json:
            conclude(shown, found, options)
        return 0


def earliest(since: str | None) -> float:
    """The Unix time from which blocks are wanted. Raises ObsError."""
    from obs.config.values import parse_duration
    from obs.config.wrong import Wrong

    try:
        return time.time() - parse_duration(since) if since else 0.0
    except Wrong as wrong:
        raise ObsError(f"--since: {wrong}") from None


def look(runs: Runs, options: argparse.Namespace) -> Gathered:
    """What there is at this moment for those that were asked for."""
    from obs.host.blocks.find import asked, wanted
    from obs.host.blocks.gather import gather

    files = runs.look()
    rings = {file.id for file in files}
    return gather(
        wanted(files, options.pid, options.service),
        gone=lambda block: block.ring not in rings and asked(block, options.pid, options.service),
    )


def keep(block: Block, work: str | None, since: float) -> bool:
    return block.start + block.duration >= since and (work or "").lower() in block.work.lower()


def key(block: Block) -> tuple[str, int]:
    return block.ring, block.start_ns


def follow(runs: Runs, options: argparse.Namespace, show: Callable[[list[Block]], None], done: set[object]) -> None:
    """Print each block once, when it has ended, until somebody ends us; one that lasts is told of once before."""
    lasting: set[object] = set()
    while True:
        time.sleep(PAUSE)
        blocks = [block for block in look(runs, options).blocks if keep(block, options.work, 0.0)]
        new = [block for block in blocks if key(block) not in done and (block.ended or is_news(block, lasting))]
        show(new)
        done |= {key(block) for block in new if block.ended}
        lasting |= {key(block) for block in new if not block.ended}


def is_news(block: Block, told: set[object]) -> bool:
    """Whether a block of which no end is known has lasted so long that people want to hear of it."""
    return block.duration > 2.0 and key(block) not in told


def shower(*, as_json: bool) -> Callable[[list[Block]], None]:
    """What prints blocks."""

    def objects(blocks: list[Block]) -> None:
        for block in blocks:
            print(json.dumps(block.as_json(), ensure_ascii=False), flush=True)

    def texts(blocks: list[Block]) -> None:
        from obs.host.blocks import render

        for block in blocks:
            write([*render.lines(block), []])

    return objects if as_json else texts


def conclude(shown: list[Block], found: Gathered, options: argparse.Namespace) -> None:
    """The summary by work, or that there is nothing."""
    from obs.host.blocks import render

    if shown:
        write(render.summary(shown, shutil.get_terminal_size((100, 24)).columns))
    else:
        limits = [f"in the last {options.since}"] if options.since else []
        limits += [f"of a work with {options.work!r} in its name"] if options.work else []
        print(f"no block of the loop {' '.join([*limits, ''])}in {processes(found.processes)}")
    if found.torn:
        print(f"{found.torn} records could not be read: a process died while it wrote one", file=sys.stderr)


def processes(number: int) -> str:
    return "a process that runs now" if number == 1 else f"{number} processes that run now"


def write(lines: Iterable[Line]) -> None:
    """In colour on a terminal where rich is installed, else plain."""
    from obs import printable
    from obs.host.blocks.render import plain

    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError:
        for line in lines:
            print(plain(line))
        return
    console = Console(soft_wrap=True, highlight=False)
    for line in lines:
        console.print(Text.assemble(*((printable.line(text), style) for style, text in line)) if line else "")
    sys.stdout.flush()
