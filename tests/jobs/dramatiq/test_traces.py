"""The trace of a Dramatiq message: from its sender, to what it sends, and over its retries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.real

Run = Callable[..., None]


def test_the_trace_goes_from_the_work_to_its_message_and_to_the_message_of_that(dramatiq: Run) -> None:
    dramatiq(
        """
        with obs.work("job", "nightly"):
            actors.enqueues.send("a")
        work()
        until(lambda: spans("notify"))
        above = {span["id"]: span for span in spans()}
        chain = spans("notify")
        while chain[-1]["parent"]:
            chain.append(above[chain[-1]["parent"]])
        assert [(span["kind"], span["name"]) for span in chain] == [
            ("CONSUMER", "notify"),
            ("PRODUCER", "send notify"),
            ("CONSUMER", "enqueues"),
            ("PRODUCER", "send enqueues"),
            ("CONSUMER", "nightly"),
        ], chain
        assert chain[0]["attributes"]["messaging.system"] == "dramatiq"
    """,
        spans=True,
    )


def test_a_retry_is_linked_to_the_attempt_before(dramatiq: Run) -> None:
    dramatiq(
        """
        with obs.work("job", "nightly"):
            actors.fails.send()
        work()
        first, second = spans("fails")
        assert not first["links"] and second["links"] == [first["id"]]
        assert first["trace"] == second["trace"] and first["attributes"]["obs.job.outcome"] == "retried"
    """,
        spans=True,
    )
