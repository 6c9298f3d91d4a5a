"""Times as people write them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from obs.errors import ObsError
from obs.host.continuous.moments import moment

NOW = datetime(2026, 11, 24, 12, 30, tzinfo=UTC).timestamp()


@pytest.fixture(params=["UTC", "Asia/Kolkata", "America/Los_Angeles"])
def _zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_zone")
def test_utc_is_meant_where_it_is_said():
    assert moment("12:05Z", NOW, "--at") == NOW - 25 * 60
    assert moment("12:05:30Z", NOW, "--at") == NOW - 25 * 60 + 30
    assert moment("2026-11-24T12:05+00:00", NOW, "--at") == NOW - 25 * 60


@pytest.mark.usefixtures("_zone")
def test_a_time_of_day_is_local_and_the_last_that_has_been():
    for text in ("00:00", "9:15", "12:29", "12:31", "23:59:59"):
        found = moment(text, NOW, "--at")
        assert NOW - 86_400 < found <= NOW
        local = datetime.fromtimestamp(found).astimezone()
        assert f"{local:%H:%M:%S}".startswith(text.zfill(5))


@pytest.mark.parametrize(("text", "seconds"), [("20m", 1200), ("90", 90), ("1h", 3600), ("1.5s", 1.5)])
def test_a_duration_is_so_long_ago(text, seconds):
    assert moment(text, NOW, "--since") == NOW - seconds


@pytest.mark.parametrize("text", ["", "noon", "25:00", "12:60", "-5m", "1d", "2026-13-01"])
def test_what_is_no_time_is_said_with_the_option(text):
    with pytest.raises(ObsError, match=r"^--since .*: not a time; write 20m"):
        moment(text, NOW, "--since")
