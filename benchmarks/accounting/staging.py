"""One scene in a fresh process: ``python -m benchmarks.accounting.staging SCENE SECONDS SENDER``.

It says in one line of JSON what the works told of themselves, what obs said of them, and the CPU meanwhile.
"""

from gevent import monkey

monkey.patch_all()

# ruff: noqa: E402  what follows must be patched
import json
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from time import process_time_ns, thread_time_ns
from typing import Any

import gevent

import obs
from benchmarks.accounting import truth
from benchmarks.accounting.exposed import Exposed
from benchmarks.accounting.mixes import MIXES
from benchmarks.accounting.scenes import SCENES
from benchmarks.accounting.stage import Stage
from benchmarks.harness import BenchmarkError
from benchmarks.stacks import ours
from obs.metrics.exposition import Exposition, of_run
from obs.work import Work

SETTLED = 1.5
"""Seconds after which what is counted once a second has been."""


def main(name: str, seconds: float, sender: str) -> None:
    if not obs.instrument().on:
        raise BenchmarkError("obs is off in this process")
    logging.getLogger("obs.blocks").setLevel(logging.CRITICAL)  # scenes block on purpose
    stage = Stage(seconds, ("127.0.0.1", int(sender)) if sender.isdigit() else sender)
    with obs.work("job", "first"):  # what the first Work of a process sets up is not of the scene
        gevent.sleep(0)
    exposition = of_run(Path(os.environ["OBS_RUN_DIR"]))
    exposition.bake({})  # what a first scrape has to import is not of the scene either
    before = meter(exposition)
    plays()[name](stage)
    after = meter(exposition)
    ours.check()
    print(json.dumps(told(stage) | grown(before, after, stage)))


def plays() -> dict[str, Callable[[Stage], None]]:
    return {name: scene.play for name, scene in SCENES.items()} | dict(MIXES)


Metered = tuple[int, int, Exposed]
"""ns of CPU of this thread and of this process, and what obs has counted."""


def meter(exposition: Exposition) -> Metered:
    """All three at once, when what is counted once a second has been."""
    gevent.sleep(SETTLED)
    return thread_time_ns(), process_time_ns(), Exposed.parse(exposition.bake({})[1].decode())


def told(stage: Stage) -> dict[str, Any]:
    """What the works told of themselves, and what obs says of each."""
    everybody = [each for each, _ in stage.played]
    busy = truth.busy(everybody)
    return {
        "works": [
            {"name": each.name, "truth": asdict(truth.clocks(each, busy)), "obs": said(work)}
            for each, work in stage.played
        ],
        "interference": [[*pair, seconds] for pair, seconds in truth.interference(everybody).items()],
    }


def grown(before: Metered, after: Metered, stage: Stage) -> dict[str, Any]:
    """By how much what was metered has grown."""
    series = after[2].since(before[2]).samples
    return {
        "metrics": {name: value for name, value in series.items() if value and name.startswith("obs_")},
        "hub_cpu": (after[0] - before[0]) / 1e9 + stage.hubs_cpu,
        "process_cpu": (after[1] - before[1]) / 1e9,
    }


def said(work: Work) -> dict[str, float]:
    """Raises BenchmarkError for a Work that nobody accounted for."""
    clocks: dict[str, float] = {state: getattr(work, state) for state in truth.STATES}
    if not any(clocks.values()):
        raise BenchmarkError(f"obs has not accounted for {work}")
    return clocks


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3])
