"""A broker that is slow, stalls, hangs up and is gone for a while: senders and workers behave as without obs.

The same service runs beside it without obs, behind a proxy that does the same at the same time.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from obs.host.brokers import Brokers
from obs.metrics.store import Identity, Store
from tests.jobs.proxy import Proxy
from tests.jobs.redis_server import RedisServer
from tests.jobs.service import ON_REDIS, Kind, Service, until

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

JOBS = 60
STARTING = 20.0
"""Seconds more that a sender or a worker with obs may take on a machine that is loaded."""

TAKEN_FOR_GOOD = {"huey": "huey.redis.push", "rq": "rq:queue:push"}

THEIRS = {"ConnectionError", "TimeoutError", "ConnectionClosed", "HueyException"}
"""What the clients raise while their broker is away; Dramatiq and Huey put their own around it."""

SENDER = f"""
import tasks, time
for number in range({JOBS}):
    try:
        tasks.send_one(number)
        tasks.mark("sent")
    except Exception as error:
        with open("raised", "a") as file:
            file.write(type(error).__name__ + "\\n")
    time.sleep(0.03)
"""


class Side:
    """A service behind a proxy of its own, in a database of its own."""

    def __init__(self, kind: Kind, folder: Path, redis: RedisServer, database: int, *, watched: bool) -> None:
        folder.mkdir(mode=0o700)
        self.proxy = Proxy(redis.port)
        self.service = Service(kind, folder, f"redis://127.0.0.1:{self.proxy.port}/{database}", watched=watched)
        self.sender: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        self.service.start()
        self.sender = self.service.python("-c", SENDER)

    def raised(self) -> Counter[str]:
        """What was raised to the sender."""
        path = self.service.folder / "raised"
        return Counter(path.read_text().split()) if path.exists() else Counter()

    def send_all(self) -> float:
        """Seconds until the sender has ended."""
        began = time.monotonic()
        assert self.sender is not None
        assert self.sender.wait(120) == 0
        return time.monotonic() - began

    def finish(self) -> None:
        """Until all that was sent is done, by a new worker if the first has ended or waits for minutes."""
        worker = self.service.worker
        with suppress(AssertionError):
            until(lambda: self.done() or (worker is not None and worker.poll() is not None), 5)
        if not self.done():
            self.service.end(signal.SIGKILL)
            self.service.start()
            until(self.done, 90)

    def done(self) -> bool:
        """Huey and RQ lose what was on its way to a worker that was cut off: their queue is empty then."""
        key = TAKEN_FOR_GOOD.get(self.service.kind.system)
        if key is None:
            return self.service.marks("done") >= self.service.marks("sent")
        return not self.service.redis.llen(key) and self.service.marks("begun") == self.service.marks("done")

    def close(self) -> None:
        self.proxy.close()
        self.service.end(signal.SIGKILL)
        if self.sender is not None:
            self.sender.kill()
            self.sender.wait()
        self.service.redis.close()


@pytest.fixture(params=ON_REDIS, ids=lambda kind: kind.system)
def sides(request: pytest.FixtureRequest, redis_server: RedisServer, tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    """With obs, and without."""
    both = (
        Side(request.param, tmp_path / "obs", redis_server, 1, watched=True),
        Side(request.param, tmp_path / "bare", redis_server, 2, watched=False),
    )
    yield both
    for side in both:
        log = side.service.folder / "log"
        print(log.read_text()[-3000:] if log.exists() else "")
        side.close()


def fall_ill(sides: tuple[Side, Side], gauge: Callable[[str], float]) -> None:
    """The brokers of both are slow, then say nothing, then hang up, and are there again."""
    for side in sides:
        side.proxy.delay = 0.03
    time.sleep(1.0)
    assert gauge("obs_job_broker_up") == 1, "it only takes its time"
    for side in sides:
        side.proxy.stall()
    until(lambda: gauge("obs_job_broker_up") == 0)
    assert gauge("obs_job_backlog") == -1, "nothing is claimed of what can't be read"
    for side in sides:
        side.proxy.refuses = True
        side.proxy.cut()
    time.sleep(0.5)
    for side in sides:
        side.proxy.flow()
    until(lambda: gauge("obs_job_broker_up") == 1)


def test_it_is_slow_and_stalls_and_is_gone(sides: tuple[Side, Side]) -> None:
    ours, bare = sides
    service = ours.service
    store = Store.open(service.folder / "this", Identity("watcher"), role="host")
    brokers = Brokers(service.folder / "this", store, 0.2)

    def gauge(name: str) -> float:
        brokers.tick()
        return service.gauge(name)

    for side in sides:
        side.begin()
    for side in sides:
        until(partial(side.service.has_done, 5))
    until(lambda: gauge("obs_job_broker_up") == 1)
    fall_ill(sides, gauge)
    took = {side: side.send_all() for side in sides}
    for side in sides:
        side.finish()
    until(lambda: gauge("obs_job_backlog") == 0 and gauge("obs_job_oldest_age_seconds") == 0)
    until(lambda: not service.total("obs_jobs_active"))

    raised, sent = [side.raised() for side in sides], [side.service.marks("sent") for side in sides]
    ended, lost, begun = service.ended(), service.total("obs_jobs_lost_total"), service.marks("begun")
    counted = service.total("messaging_client_sent_messages_total")
    told = f"{raised=} {sent=} {begun=} {ended=} {lost=} {counted=} took={list(took.values())}"
    print(told)
    assert set(raised[0]) <= set(raised[1]) | THEIRS, told
    assert counted == sent[0], told
    assert took[ours] <= took[bare] + STARTING, told
    assert begun <= ended + lost <= begun + service.kind.hands, told
    assert not service.total("obs_self_errors_total"), told
    assert "obs:" not in (service.folder / "log").read_text()

    end_in_silence(ours, bare)
    brokers.stop()
    store.detach()


def ends(side: Side, seconds: float) -> bool:
    """Whether its worker ends by then."""
    assert side.service.worker is not None
    with suppress(subprocess.TimeoutExpired):
        side.service.worker.wait(seconds)
    return side.service.worker.poll() is not None


def end_in_silence(ours: Side, bare: Side) -> None:
    """A worker ends as it does without obs while its broker says nothing; not each library's does."""
    for side in (ours, bare):
        side.proxy.stall()
        assert side.service.worker is not None
        side.service.worker.send_signal(signal.SIGTERM)
    if ends(bare, 8):
        assert ends(ours, STARTING)
