"""One scene or mix, played in a fresh process, and what it answered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from benchmarks.accounting.exposed import Exposed
from benchmarks.accounting.scenes import SCENES
from benchmarks.accounting.truth import Clocks
from benchmarks.harness import BenchmarkError, Child, progress, schedule
from benchmarks.stacks.run_folder import run_folder


@dataclass(frozen=True, slots=True)
class Judged:
    """A Work: its true clocks, and those that obs gave it."""

    name: str
    truth: Clocks
    obs: Clocks


@dataclass(frozen=True, slots=True)
class Played:
    works: tuple[Judged, ...]
    interference: Mapping[tuple[str, str], float]
    """The true seconds by culprit and victim."""
    metrics: Exposed
    """By how much each series of obs has grown."""
    hub_cpu: float
    """Seconds of CPU that the threads with a hub used, by their own clocks."""
    process_cpu: float


class Theatre:
    """What scenes need around them: a run folder, as ``obs run`` makes one, and the other process that sends data."""

    def __init__(self, environ: Mapping[str, str], port: int, path: str) -> None:
        self.environ, self.port, self.path = environ, port, path

    def rounds(self, names: Sequence[str], rounds: int, seconds: float) -> dict[str, list[Played]]:
        """Each of ``names`` played ``rounds`` times, every round in a new random order. Nothing has to warm up."""
        played: dict[str, list[Played]] = {name: [] for name in names}
        order = schedule(names, rounds, Random())
        for name in progress(order, f"{rounds} rounds of {len(names)}"):
            played[name].append(self.play(name, seconds))
        return played

    def play(self, name: str, seconds: float) -> Played:
        """Raises BenchmarkError if the scene's process fails; it has said why on stderr."""
        sender = self.path if name in SCENES and SCENES[name].unix else str(self.port)
        command = [sys.executable, "-m", "benchmarks.accounting.staging", name, str(seconds), sender]
        done = subprocess.run(
            command, env=os.environ | self.environ, stdout=subprocess.PIPE, text=True, check=False, timeout=120
        )
        if done.returncode:
            raise BenchmarkError(f"the scene {name} failed with {done.returncode}")
        return _played(done.stdout)


@contextmanager
def theatre() -> Iterator[Theatre]:
    with run_folder() as environ, Child("benchmarks.accounting.sender", environ={}) as sender:
        where = sender.ask()
        yield Theatre(environ, where["port"], where["path"])


def _played(line: str) -> Played:
    answer = json.loads(line)
    works = (Judged(each["name"], Clocks(**each["truth"]), Clocks(**each["obs"])) for each in answer["works"])
    pairs = {(culprit, victim): seconds for culprit, victim, seconds in answer["interference"]}
    return Played(tuple(works), pairs, Exposed(answer["metrics"]), answer["hub_cpu"], answer["process_cpu"])
