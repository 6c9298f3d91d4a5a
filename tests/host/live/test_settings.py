"""OBS_LIVE and OBS_LIVE_TOKEN."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from obs.config import Config
from obs.errors import ConfigError
from obs.host.live.address import read_address
from obs.host.telemetry import announcements, live_token


def token(folder: Path, **settings: str) -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = Config.load(settings, folder)
        found = live_token(config, folder, listener)
        [said] = announcements(config, listener, None)
        assert ("live view http://127.0.0.1:" in said) == bool(found)
        assert found not in said or not found
    return found


def test_each_run_has_a_token_of_its_own(tmp_path: Path) -> None:
    first, second = token(tmp_path), token(tmp_path)
    assert first != second
    assert len(first) >= 32
    assert read_address(tmp_path).endswith(f"?token={second}")


def test_one_that_is_set_is_the_one(tmp_path: Path) -> None:
    assert token(tmp_path, OBS_LIVE_TOKEN="0123456789abcdef") == "0123456789abcdef"


def test_it_can_be_off(tmp_path: Path) -> None:
    assert token(tmp_path, OBS_LIVE="false") == ""
    assert read_address(tmp_path) is None


@pytest.mark.parametrize("wrong", ["short", "with a space in its middle", "a" * 201, "semicolon;semicolon"])
def test_a_wrong_one_is_told_and_not_repeated(wrong: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="OBS_LIVE_TOKEN") as raised:
        Config.load({"OBS_LIVE_TOKEN": wrong}, tmp_path)
    assert wrong not in str(raised.value)


def test_nobody_reads_it_in_a_summary(tmp_path: Path) -> None:
    config = Config.load({"OBS_LIVE_TOKEN": "0123456789abcdef"}, tmp_path)
    assert "0123456789abcdef" not in f"{config.summary()} {config!r}"
