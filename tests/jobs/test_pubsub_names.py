"""What a topic or subscription is called: few names, whatever the instances of a service call their own."""

from __future__ import annotations

import pytest

from obs.jobs.pubsub.names import short


@pytest.mark.parametrize(
    "name", ["orders", "push.notify", "order_events-v2", "feedback", "deadbeef-queue", "q-12", "eu-west1"]
)
def test_a_name_that_people_gave_stays(name: str) -> None:
    assert short(f"projects/acme/subscriptions/{name}") == name


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("cache-0b6f9c2b-1c1e-4d5a-9f55-6e1f7f0a4b2d", "cache-*"),
        ("cache-0b6f9c2b1c1e4d5a9f556e1f7f0a4b2d", "cache-*"),
        ("worker.42007.inbox", "worker.*.inbox"),
        ("events-20261124", "events-*"),
        ("presence-chat-api-7d9f8b6c5d-x2x4z", "presence-chat-api-*"),
        ("deploy-9f3c2a1", "deploy-*"),
    ],
)
def test_what_an_instance_added_is_one_name_for_all(name: str, called: str) -> None:
    assert short(f"projects/acme/subscriptions/{name}") == called


def test_what_is_no_path_is_its_own_name() -> None:
    assert [short(name) for name in ("orders", "", "projects/acme/topics/")] == ["orders", "", "projects/acme/topics/"]
