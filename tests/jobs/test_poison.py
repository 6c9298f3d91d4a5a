"""A job whose trace header is garbage, of another type, nested or of 1 MB runs as if it had none, and says nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.poison import LISTENING, write
from tests.jobs.spans import SPANS

Target = Callable[..., None]


@pytest.fixture
def poisoned(target: Target, tmp_path: Path) -> Target:
    write(tmp_path)
    return lambda program: target(SPANS + LISTENING + program, OBS_TRACE_RATIO="1")


def test_of_ones_own_queue(poisoned: Target) -> None:
    """``obs.extract`` takes what there is; so does ``obs.work(received=…)``, of whoever doesn't call it."""
    poisoned("""
TIMES = 5
for headers in poison * TIMES:
    found = obs.extract(headers)
    assert all(type(name) is type(value) is str for name, value in found.items())
    assert sum(len(name) + len(value) for name, value in found.items()) <= 8192
    for received in (found, headers):
        with obs.work("job", "push.notify", queue="push", received=received):
            obs.inject({})
for odd in (None, 7, "text", b"bytes", [], [("traceparent", "x")], object()):
    assert obs.extract(odd) == {}
    with obs.work("job", "push.notify", queue="push", received=odd): pass
ends = len(poison) * TIMES * 2 + 7
assert jobs() == {("push.notify", "push", "ok"): ends}, jobs()
assert len(spans("push.notify")) == ends
assert not [span for span in spans("push.notify") if span["parent"] or span["links"]]
assert not metrics("obs_job_queue_wait_seconds")
silent()
""")
