"""Tasks that this worker gave back: known once, and the oldest forgotten."""

from __future__ import annotations

from obs.jobs.celery.given_back import MOST, GivenBack


def test_a_task_that_comes_again_is_known_once() -> None:
    given_back = GivenBack()
    given_back.add("a")
    assert given_back.take("a")
    assert not given_back.take("a")


def test_the_oldest_are_forgotten() -> None:
    given_back = GivenBack()
    for number in range(MOST + 1):
        given_back.add(str(number))
    assert not given_back.take("0")
    assert given_back.take("1")
    assert given_back.take(str(MOST))
