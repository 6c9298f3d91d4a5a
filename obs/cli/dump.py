"""``obs dump``."""

from __future__ import annotations

import argparse
import json
import os
from typing import TYPE_CHECKING

from obs.cli.command import Command
from obs.errors import ObsError

if TYPE_CHECKING:
    from obs.host.dump.snapshot import Snapshot
    from obs.host.profile.targets import Target

STATES = ("running", "ready", "waiting", "not-started", "dead")


class Dump(Command):
    """Show every greenlet of a process, the parked ones too.

    What each works on, its state and since when, what it waits for, its stack, and where it was spawned. Those with
    equal stacks are together, the most first. The process is asked itself, in slices of a fraction of a millisecond. If
    it can't answer because code holds the GIL, or runs without obs, the stacks of its threads are taken from outside.
    PID may be a worker's, its server's or that of obs run.
    """

    name = "dump"

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("pid", nargs="?", type=int, metavar="PID", help="this process, and those below it")
        parser.add_argument("--service", metavar="S", help="every process of this service, by its or its run's name")
        parser.add_argument("--work", default="", metavar="NAME", help="of the works with this in their name only")
        parser.add_argument("--state", choices=STATES, help="in this state only; the dead are shown only if asked for")
        parser.add_argument("--all", action="store_true", help="each for itself, equal ones not together")
        parser.add_argument("--limit", type=count, default=12, metavar="N", help="frames of a stack; 0 for all (12)")
        parser.add_argument(
            "--scan",
            action="store_true",
            help="find those too that obs has not seen start: holds the process up for some 30 ms per million objects",
        )
        parser.add_argument("--json", action="store_true", help="print everything as JSON")

    def run(self, options: argparse.Namespace) -> int:
        from dataclasses import replace

        from obs.host.dump.gather import gather
        from obs.host.dump.groups import kept

        state = (options.state or "").replace("-", " ")
        found = gather(targets(options), scan=options.scan)
        shown = [
            replace(one, greenlets=tuple(g for g in one.greenlets if kept(g, options.work, state))) for one in found
        ]
        if options.json:
            print(json.dumps([one.as_json() for one in shown], indent=2))
        else:
            show(found, shown, options)
        return 0 if all(one.complete for one in found) else 1


def targets(options: argparse.Namespace) -> list[Target]:
    """The processes that are meant. Raises ObsError."""
    from obs.host.profile.targets import of_pid, of_service

    if options.pid is not None and options.service is not None:
        raise ObsError("a PID or a --service, not both")
    return of_service(options.service, os.environ) if options.pid is None else of_pid(options.pid, os.environ)


def show(found: list[Snapshot], shown: list[Snapshot], options: argparse.Namespace) -> None:
    """Each process's head, and below the groups of them all."""
    from obs.cli.blocks import write
    from obs.host.dump.groups import grouped
    from obs.host.dump.render import head, lines

    for snapshot in found:
        write(head(snapshot))
    groups = grouped(shown, apart=options.all)
    for group in groups:
        write([[], *lines(group, options.limit or 1_000_000, pids=len(found) > 1)])
    if not groups and any(one.greenlets for one in found):
        print("nothing of that kind")


def count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return number
