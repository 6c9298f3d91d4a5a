"""The URL of a Redis client is one that connects to the same database, or none."""

from __future__ import annotations

from typing import Any

import pytest
import redis
from redis.sentinel import Sentinel

from obs.jobs.redis_url import url_of


@pytest.mark.parametrize(
    "url",
    [
        "redis://127.0.0.1:6380/3",
        "redis://:p%40ss%2F@example.org:6379/0",
        "redis://user:secret@example.org:6379/0",
        "rediss://user:secret@example.org:6379/1",
        "redis://[::1]:6379/0",
        "unix:///tmp/redis.sock?db=2",
        "unix://user:secret@/tmp/redis.sock?db=0",
    ],
)
def test_it_is_the_clients_own(url: str) -> None:
    assert url_of(redis.Redis.from_url(url)) == url


def test_what_a_client_leaves_out_is_said() -> None:
    assert url_of(redis.Redis()) == "redis://localhost:6379/0"


class _Asked(redis.CredentialProvider):
    def get_credentials(self) -> tuple[str, str]:
        return "user", "for an hour"


@pytest.mark.parametrize(
    "client",
    [
        Sentinel([("127.0.0.1", 26379)]).master_for("main"),
        redis.Redis(credential_provider=_Asked()),
        object(),
    ],
    ids=["sentinel", "credentials", "something else"],
)
def test_where_no_url_says_it_there_is_none(client: Any) -> None:
    assert url_of(client) == ""
