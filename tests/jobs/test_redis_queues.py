"""A queue on Redis is told of once, to whoever reads the run folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

import obs
from obs import errors
from obs.jobs.redis_queues import RedisQueues
from obs.metrics import active


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(tmp_path))
    handle = obs.instrument()
    with obs.work("job", "the first"):
        """Opens the folder."""
    run_dir = active.store().run_dir
    assert run_dir is not None
    yield run_dir
    handle.uninstrument()


def told(folder: Path) -> list[Any]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.broker"))]


def test_each_queue_is_told_of_once(folder: Path) -> None:
    queues = RedisQueues("rq")
    for _ in range(3):
        queues.tell(redis.Redis(port=6380), ("push",), {"namespace": "a"})
    known = {"system": "rq", "kind": "redis", "queues": ["push"], "extra": {"namespace": "a"}}
    assert told(folder) == [known | {"address": "redis://localhost:6380/0"}]
    queues.tell(redis.Redis(port=6381), ("push",))
    queues.tell(redis.Redis(port=6380), ("mail",))
    assert len(told(folder)) == 3


def test_what_is_no_client_is_a_fault_and_no_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "faults", {})
    RedisQueues("rq").tell(None, ("push",))
    assert told(folder) == []
