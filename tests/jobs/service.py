"""A folder with tasks of one queue, its workers as people start them, and what they did and counted.

Each step is a byte in a file, so what happened is known whoever is killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis

from benchmarks.harness.processes import descendants
from obs.host.environment import BOOTSTRAP
from obs.metrics.fold import fold
from obs.metrics.reader import Reader

JOBS = int(os.environ.get("TEST_JOBS", "0"))

MARK = """
import os, signal, time

PAUSE = 0.003
def mark(name):
    "One more byte in a file: what happened is known whoever is killed."
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(fd, b".")
    os.close(fd)

def step(number):
    mark("begun")
    time.sleep(PAUSE)
    mark("done")
"""

DRAMATIQ = """
import dramatiq
from dramatiq.brokers.redis import RedisBroker

dramatiq.set_broker(RedisBroker(url=os.environ["REDIS_URL"], heartbeat_timeout=1000, maintenance_chance=1_000_000))
step = dramatiq.actor(step, queue_name="push", actor_name="step")

def send(jobs):
    for number in range(jobs):
        step.send(number)

def send_one(number):
    step.send(number)
"""

HUEY = """
from huey import SqliteHuey

huey = SqliteHuey("push", filename="jobs.db", fsync=False)
step = huey.task(name="step")(step)

def send(jobs):
    for number in range(jobs):
        step(number)
"""

RQ = """
PAUSE = 0.05  # of the 100 ms that a job takes: workers are killed while they have one

def killer(number):
    "Each seventh kills its child: when it has only begun, or when it is done."
    from rq import get_current_job
    at = number % 14 if get_current_job().retries_left == 5 else 1
    if at == 0:
        mark("begun")
    elif at != 7:
        return step(number)
    else:
        step(number)
    mark("deaths")
    os.kill(os.getpid(), signal.SIGKILL)

def send(jobs):
    from redis import Redis
    from rq import Queue, Retry
    queue = Queue("push", connection=Redis.from_url(os.environ["REDIS_URL"]))
    for number in range(jobs):
        queue.enqueue("tasks.killer", number, retry=Retry(max=5))

def send_one(number):
    from redis import Redis
    from rq import Queue
    global queue
    queue = queue or Queue("push", connection=Redis.from_url(os.environ["REDIS_URL"]))
    queue.enqueue("tasks.step", number)

queue = None
"""

HUEY_ON_REDIS = """
from huey import RedisHuey

huey = RedisHuey("push", url=os.environ["REDIS_URL"])
step = huey.task(name="step")(step)

def send_one(number):
    step(number)
"""


@dataclass(frozen=True)
class Kind:
    """A queue, and its workers' command."""

    system: str
    source: str
    command: tuple[str, ...]
    jobs: int
    hands: int
    """How many jobs its workers do at once."""


HUEY_ARGUMENTS = ("huey.bin.huey_consumer", "tasks.huey", "-w", "4", "-d", "0.02", "-m", "0.05", "-f", "-q", "-k")
DRAMATIQ_ARGUMENTS = ("dramatiq", "--processes", "2", "--threads", "2", "tasks", "--path", ".")
KINDS = (
    Kind("dramatiq", DRAMATIQ, DRAMATIQ_ARGUMENTS, 300, 4),
    Kind("huey", HUEY, (*HUEY_ARGUMENTS, "thread"), 300, 4),
    Kind("huey", HUEY, (*HUEY_ARGUMENTS, "process"), 300, 4),
    Kind("rq", RQ, ("rq.cli", "worker", "--quiet", "push"), 60, 1),
)

ON_REDIS = (
    KINDS[3],
    KINDS[0],
    Kind("huey", HUEY_ON_REDIS, (*HUEY_ARGUMENTS, "thread"), 60, 4),
)


class Service:
    """A folder with the tasks, its workers with obs on, and what they did and counted."""

    def __init__(self, kind: Kind, folder: Path, url: str, *, watched: bool = True) -> None:
        """``watched``: whether obs is on in all of it."""
        self.kind, self.folder = kind, folder
        self.redis: Any = Redis.from_url(url)
        self.jobs = JOBS or kind.jobs
        (folder / "tasks.py").write_text(MARK + kind.source)
        (folder / "this").mkdir(mode=0o700)
        paths = {"PYTHONPATH": str(folder)}
        if watched:
            paths = {"PYTHONPATH": f"{BOOTSTRAP}:{folder}", "OBS_RUN_DIR": str(folder / "this")}
        self.environ = os.environ | paths | {"OBS_RUNTIME_DIR": str(folder), "REDIS_URL": url, "RQ_REDIS_URL": url}
        self.worker: subprocess.Popen[bytes] | None = None

    def python(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, *arguments]
            return subprocess.Popen(
                command, cwd=self.folder, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )

    def start(self) -> None:
        self.take_up()
        self.worker = self.python("-m", *self.kind.command)

    def take_up(self) -> None:
        """Let RQ believe that the time of what a dead worker had is up: it waits for minutes else."""
        for job in self.redis.zrange("rq:wip:push", 0, -1):
            self.redis.zadd("rq:wip:push", {job: 1})
        self.redis.delete("rq:clean_registries:push")

    def end(self, number: signal.Signals) -> None:
        if self.worker is not None:
            tree = descendants(self.worker.pid) if number == signal.SIGKILL else [self.worker.pid]
            for pid in tree:  # RQ's child is in a group of its own
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
            self.worker.wait(60)
            self.worker = None

    def has_done(self, jobs: int) -> bool:
        return self.marks("done") >= jobs

    def marks(self, name: str) -> int:
        path = self.folder / name
        return path.stat().st_size if path.exists() else 0

    def total(self, metric: str, **of: str) -> int:
        """The sum of a metric; of a histogram, how many."""
        fold(self.folder / "this")  # as the host process does: a killed child leaves a file
        with closing(Reader(self.folder / "this")) as reader:
            series = [(key, cells) for key, cells in reader.snapshot().series.items() if key.metric.name == metric]
        labelled = [(dict(zip(key.metric.labels, key.labels, strict=True)), cells) for key, cells in series]
        return int(sum(sum(cells[:-1]) or cells[0] for labels, cells in labelled if of.items() <= labels.items()))

    def ended(self, outcome: str = "") -> int:
        """How many deliveries; all, or those that ended so."""
        return self.total("messaging_process_duration_seconds", **({"outcome": outcome} if outcome else {}))

    def gauge(self, metric: str) -> float:
        """Of one series; -1 if there is none."""
        with closing(Reader(self.folder / "this")) as reader:
            found = [cells[0] for key, cells in reader.snapshot().series.items() if key.metric.name == metric]
        return found[0] if found else -1.0

    def over(self) -> bool:
        """Whether every job is done, or lost for good."""
        if self.kind.system == "rq":
            return not (self.redis.llen("rq:queue:push") or self.redis.zcard("rq:wip:push"))
        lost = self.total("obs_jobs_lost_total") if self.kind.system == "huey" else 0
        return self.marks("done") + lost >= self.jobs


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
