"""What obs reads of a task's request, whatever that holds."""

from __future__ import annotations

from typing import Any

import pytest

from obs.jobs.celery.message import message, queue_of


@pytest.mark.parametrize(
    ("info", "queue"),
    [
        ({"exchange": "", "routing_key": "push"}, "push"),
        ({"exchange": "push", "routing_key": "push"}, "push"),
        ({"exchange": "events", "routing_key": "user.7.login"}, "events"),
        ({"exchange": None, "routing_key": None}, ""),
        (None, ""),
        ("push", ""),
    ],
)
def test_the_queue_is_the_key_behind_the_nameless_exchange(info: Any, queue: str) -> None:
    assert queue_of({"delivery_info": info}) == queue


def test_of_its_headers_it_takes_those_that_travel() -> None:
    found = message("push.notify", {"traceparent": "00-1", "obs-sent": "5", "args": [1], "id": "x", "retries": 2})
    assert found.headers == {"traceparent": "00-1", "obs-sent": "5"}
    assert (found.name, found.system, found.attempt, found.id) == ("push.notify", "celery", 3, "x")


@pytest.mark.parametrize(
    ("eta", "due"),
    [
        ("2026-01-01T00:00:00+00:00", 1767225600.0),
        ("2026-01-01T00:00:00", 1767225600.0),
        ("2026-01-01T01:00:00+01:00", 1767225600.0),
        ("tomorrow", None),
        (7, None),
        (None, None),
    ],
)
def test_an_eta_without_a_zone_is_utc(eta: Any, due: float | None) -> None:
    assert message("a", {"eta": eta}).due == due


def test_retries_that_are_no_number_are_none() -> None:
    assert message("a", {"retries": "many"}).attempt == 1
