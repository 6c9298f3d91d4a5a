"""A span tells of the blocks that its Work has caused, whether it was sampled or kept as an outlier."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns, time_ns
from types import SimpleNamespace
from typing import Any

import pytest

from obs import errors
from obs.runtime import blocks
from obs.work import current

SETTINGS = SimpleNamespace(service="s", env="", version="", block=0.02, block_log=10.0, launcher="")
CLOCK: Any = SimpleNamespace(polling=1, born=0, thread_id=1, stretch=0, hub=None, charges=None)


@pytest.fixture(params=["always_on", "always_off"])
def service(request: pytest.FixtureRequest, start: Callable[..., Any]) -> Any:
    service = start(OTEL_TRACES_SAMPLER=request.param, OBS_SLOW="100s", OBS_OUTLIERS="1000")
    service.collect()
    blocks.uninstall()
    blocks.install(SETTINGS)
    yield service
    blocks.uninstall()


def block(seconds: float) -> None:
    """As the accounting tells of it."""
    work: Any = current.get()
    work.started -= 200.0
    now = perf_counter_ns()
    blocks.ended(CLOCK, work, now - int(seconds * 1e9), now, None)


def test_each_block_is_an_event_at_its_start(service: Any) -> None:
    @service.app.get("/")
    def view() -> str:
        block(0.5)
        block(0.25)
        return ""

    before = time_ns()
    service.get("/")
    span = service.server_span()
    first, second = span.events
    assert (first.name, dict(first.attributes)) == ("loop.blocked", {"obs.blocked_seconds": 0.5})
    assert dict(second.attributes) == {"obs.blocked_seconds": 0.25}
    assert abs(first.timestamp - (before - 500_000_000)) < 100_000_000


def test_where_it_was_is_told_if_a_stack_was_taken(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "top", lambda *_: "app.py:41 report")

    @service.app.get("/")
    def view() -> str:
        block(0.5)
        return ""

    service.get("/")
    (event,) = service.server_span().events
    assert event.attributes["obs.at"] == "app.py:41 report"


def test_a_fault_of_it_costs_the_events_only(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "of", lambda _: 1 / 0)

    @service.app.get("/")
    def view() -> str:
        block(0.5)
        return "answer"

    assert service.get("/").text == "answer"
    assert service.server_span().events == ()
    assert errors.faults.pop("tracing: blocks of the loop") == 1
