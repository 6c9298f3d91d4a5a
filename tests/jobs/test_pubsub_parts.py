"""What Pub/Sub's part knows without Google's client: attributes, requests, what was given back."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from obs.jobs.pubsub import attempts
from obs.jobs.pubsub.attempts import Attempts
from obs.jobs.pubsub.attributes import add, headers
from obs.jobs.pubsub.settled import settled

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_context_is_found_as_googles_clients_write_it_and_as_w3c_does() -> None:
    assert headers({}) == {}
    assert headers({"googclient_traceparent": CALLER, "user": "7"}) == {"traceparent": CALLER}
    assert headers({"traceparent": CALLER, "tracestate": "a=1", "baggage": "b=2", "obs-sent": "1.5"}) == {
        "traceparent": CALLER,
        "tracestate": "a=1",
        "baggage": "b=2",
        "obs-sent": "1.5",
    }
    assert headers({"traceparent": "older", "googclient_traceparent": CALLER}) == {"traceparent": CALLER}


def test_what_is_sent_along_leaves_the_applications_own_alone() -> None:
    attributes = {"user": "7", "googclient_tracestate": "mine=1"}
    add(attributes, {"traceparent": CALLER, "tracestate": "a=1", "obs-sent": "1.5"})
    assert attributes == {
        "user": "7",
        "googclient_tracestate": "mine=1",
        "googclient_traceparent": CALLER,
        "obs-sent": "1.5",
    }


def test_without_context_only_the_time_is_sent_along() -> None:
    attributes: dict[str, str] = {}
    add(attributes, {"traceparent": CALLER, "baggage": "a=1", "obs-sent": "1.5"}, context=False)
    assert attributes == {"obs-sent": "1.5"}


def test_what_the_service_would_refuse_is_not_added() -> None:
    full = {f"attribute {number}": "" for number in range(99)}
    add(full, {"traceparent": CALLER, "obs-sent": "1.5"})
    assert len(full) == 99
    attributes: dict[str, str] = {}
    add(attributes, {"baggage": "é" * 600, "obs-sent": "1.5"})
    assert attributes == {"obs-sent": "1.5"}


class AckRequest(NamedTuple):
    ack_id: str = "1"


class NackRequest(NamedTuple):
    ack_id: str = "1"


class DropRequest(NamedTuple):
    ack_id: str = "1"


class LeaseRequest(NamedTuple):
    ack_id: str = "1"


class ModAckRequest(NamedTuple):
    seconds: float


@pytest.mark.parametrize(
    ("request_", "outcome"),
    [
        (AckRequest(), "ok"),
        (NackRequest(), "retried"),
        (DropRequest(), "retried"),
        (ModAckRequest(0), "retried"),
        (ModAckRequest(60), ""),
        (LeaseRequest(), ""),
        (object(), ""),
    ],
)
def test_a_request_settles_a_message_or_keeps_it(request_: object, outcome: str) -> None:
    assert settled(request_) == outcome


def test_what_was_given_back_is_known_once_when_it_comes_again() -> None:
    back = Attempts()
    assert back.before("s", "1") == (0, "")
    back.given_back("s", "1", 2, CALLER)
    assert back.before("other", "1") == (0, "")
    assert back.before("s", "1") == (2, CALLER)
    assert back.before("s", "1") == (0, "")


def test_only_the_latest_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST", 2)
    back = Attempts()
    for number in range(3):
        back.given_back("s", str(number), 1, "")
    assert [back.before("s", str(number))[0] for number in range(3)] == [0, 1, 1]
