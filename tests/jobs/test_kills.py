"""Workers that are killed at random while they work: what has ended counts once, what had begun is lost once.

``TEST_JOBS=5000`` makes it as many jobs of each queue.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.jobs.redis_server import RedisServer
from tests.jobs.service import JOBS, KINDS, Service, until

KILLS = max(JOBS // 250, 2)

pytestmark = [pytest.mark.real, pytest.mark.timeout(max(JOBS, 120))]


@pytest.fixture(params=KINDS, ids=lambda kind: f"{kind.system}-{kind.command[-1]}")
def service(request: pytest.FixtureRequest, redis_server: RedisServer, tmp_path: Path) -> Iterator[Service]:
    service = Service(request.param, tmp_path, redis_server.url)
    yield service
    log = tmp_path / "log"
    print(log.read_text()[-5000:] if log.exists() else "")
    service.end(signal.SIGKILL)
    service.redis.close()


def test_what_has_ended_counts_once_and_what_had_begun_is_lost_once(service: Service) -> None:
    sender = service.python("-c", f"import tasks; tasks.send({service.jobs})")
    assert sender.wait(60 + service.jobs // 50) == 0
    step, pauses = service.jobs // (KILLS + 2), random.Random(5)
    for kill in range(1, KILLS + 1):
        service.start()
        until(partial(service.has_done, kill * step), 60 + service.jobs / 10)
        time.sleep(pauses.random() * 0.05)
        until(lambda: service.total("obs_jobs_active"))
        service.end(signal.SIGKILL)
    service.start()
    until(service.over, 60 + service.jobs)
    until(lambda: service.total("obs_jobs_active") == 0)
    service.end(signal.SIGTERM)

    begun, done, deaths = map(service.marks, ("begun", "done", "deaths"))
    ok, killed, lost = service.ended("ok"), service.ended("killed"), service.total("obs_jobs_lost_total")
    told = f"{begun=} {done=} {deaths=} {ok=} {killed=} {lost=} jobs={service.jobs}"
    print(told)
    most = service.kind.hands * KILLS  # in hand as they were killed: just before their first mark, or after their last
    assert killed in (deaths, *range(deaths - most, deaths)), told
    assert begun <= ok + killed + lost <= begun + most, told
    assert 0 < lost <= most, told
    assert not service.total("obs_jobs_active"), told
    assert not service.total("obs_self_errors_total"), told
