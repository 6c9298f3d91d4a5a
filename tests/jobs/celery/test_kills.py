"""Tasks while their workers are killed, and while the broker goes away: each that ended counts once.

``TEST_JOBS=5000`` makes it as many tasks.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.jobs.redis_server import RedisServer

JOBS = int(os.environ.get("TEST_JOBS", "500"))

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

TASKS = """
import os, random, signal, time
from celery import Task
from tasks import app

app.conf.update(worker_prefetch_multiplier=4, broker_connection_retry_on_startup=True)

def mark(name):
    "One more byte in a file: what happened is known whoever is killed."
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(fd, b".")
    os.close(fd)

@app.task(name="push.step", bind=True, acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def step(task: Task, number: int, deadly: int) -> None:
    "Of those that are deadly the first delivery kills its process, before its work, or in the middle of it."
    mark("begun")
    if random.Random(number).randrange(100) < deadly and not (task.request.delivery_info or {}).get("redelivered"):
        mark("deaths")
        os.kill(os.getpid(), signal.SIGKILL)
    mark("done")

@app.task(name="push.slow", acks_late=True, ignore_result=True)
def slow(number: int) -> None:
    time.sleep(0.01)
    mark("done")
    mark(f"slow-{number}")
"""

PROLOGUE = """
import random
from hold import step, slow
from obs.host.brokers import Brokers
from obs.jobs.sorts import sorts

def marks(name):
    return Path(name).stat().st_size if Path(name).exists() else 0

class Look:
    "What the host process would tell of the queue."
    def __init__(self):
        store = sorts().store
        self.brokers = Brokers(store.run_dir, store, 0.2)
    def __call__(self):
        self.brokers.tick()
        found = {}
        for name in ("backlog", "oldest_age_seconds", "broker_up"):
            for labels, cells in metrics("obs_job_" + name).items():
                if labels == ("celery", "push"):
                    found[name] = cells[0]
        return found

def in_flight():
    return sum(cells[0] for cells in metrics("obs_jobs_active").values())

def of(outcome, name="push.step"):
    return jobs().get((name, "push", outcome), 0)

def children(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

look = Look()
"""

Run = Callable[..., None]


@pytest.fixture
def hold(celery: Run, tmp_path: Path) -> Run:
    """Runs a program that has :data:`TASKS` and :data:`PROLOGUE`."""

    def run(program: str, **options: str) -> None:
        (tmp_path / "hold.py").write_text(TASKS)
        celery(PROLOGUE + program, TASKS="hold", **options)

    return run


def test_many_tasks_whose_workers_are_killed(hold: Run) -> None:
    """Those that kill their process, exactly; a whole worker that is killed at any time, but for what it was at."""
    hold(
        f"ALL, FIRST = {JOBS}, {JOBS * 4 // 5}"
        """
DEADLY = 5 if ALL < 2000 else 1  # in a hundred
began = time.time()
step.delay(0, DEADLY)
sent_by = time.time()
for number in range(1, FIRST):
    step.delay(number, DEADLY)
until(lambda: look().get("backlog") == FIRST)
before = time.time()
age = look()["oldest_age_seconds"]
assert before - sent_by - 1 < age < time.time() - began + 1, age
with worker("-c", "2", VISIBILITY="60"):  # a slow machine gives no task to another worker meanwhile
    until(lambda: marks("done") == FIRST, 40 + FIRST / 50)
deaths = marks("deaths")
assert deaths == sum(random.Random(number).randrange(100) < DEADLY for number in range(FIRST)) > 9, deaths
assert marks("begun") == FIRST + deaths
assert (of("ok"), of("killed")) == (FIRST, deaths), jobs()
assert not count("obs_jobs_lost_total"), "the worker itself saw all of them die"
assert in_flight() == 0
until(lambda: look() == {"backlog": 0, "oldest_age_seconds": 0, "broker_up": 1})

for number in range(ALL - FIRST):
    step.delay(number, 0)
kills = 0
while marks("done") < ALL:
    with worker("-c", "2") as process:
        before = marks("done")
        until(lambda: marks("done") > before + 20 or marks("done") >= ALL)
        time.sleep(random.random() * 0.1)
        if kills < 2:
            kills += 1
            for pid in [*children(process.pid), process.pid]:
                os.kill(pid, signal.SIGKILL)
            process.wait()
        else:
            until(lambda: marks("done") >= ALL)
done = marks("done")
assert kills == 2
assert done - 2 * kills <= of("ok") <= done, (done, kills, jobs())
assert in_flight() == 0
""",
        VISIBILITY="3",
    )


@contextmanager
def after(file: Path, size: int, act: Callable[[], None]) -> Iterator[threading.Event]:
    """``act()`` once ``file`` has so many bytes, beside what is done in the block."""
    acted = threading.Event()
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            if file.exists() and file.stat().st_size >= size:
                act()
                acted.set()
                return
            time.sleep(0.01)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield acted
    finally:
        over.set()
        thread.join()


RESTARTED = """
for number in range(300):
    slow.delay(number)
seen = set()
def watch():
    seen.add(look().get("broker_up"))
    return all(Path(f"slow-{number}").exists() for number in range(300))
while not watch():
    with worker("-c", "2") as process:  # kombu's own may end when its connection is lost, and is started again
        until(lambda: process.poll() is not None or watch())
until(lambda: in_flight() == 0)
assert {0, 1} <= seen, seen
done = marks("done")
assert done - 4 <= of("ok", "push.slow") <= done, (done, jobs())
until(lambda: look().get("broker_up") == 1)  # what was given back meanwhile may stand there for a second time
"""


def test_the_broker_is_restarted_in_the_middle(hold: Run, redis_server: RedisServer, tmp_path: Path) -> None:
    """The worker takes up again what it takes up without obs; all is done, and counted as often as it was done."""

    def restart() -> None:
        redis_server.stop()
        time.sleep(1.0)
        redis_server.start()

    with after(tmp_path / "done", 50, restart) as restarted:
        hold(RESTARTED, VISIBILITY="3")
        assert restarted.is_set()


def test_the_broker_hangs_for_a_while(hold: Run, redis_server: RedisServer, tmp_path: Path) -> None:
    """Nothing of obs in the worker waits for it; the metrics say that it can't be read."""

    def freeze() -> None:
        redis_server.freeze()
        time.sleep(5.0)
        redis_server.thaw()

    with after(tmp_path / "done", 50, freeze) as frozen:
        hold(RESTARTED, VISIBILITY="30")
        assert frozen.is_set()
