"""Boards and rules for one service."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.errors import ObsError
from obs.generate.lint.works import Works
from obs.generate.service.lone import Lone
from obs.generate.service.narrowed import narrow, narrowed
from obs.generate.service.preset import preset

OBS_TOML = """
[service]
name = "chat-api"
[[feature]]
name = "search"
team = "discovery"
routes = ["/search"]
[[feature]]
name = "messaging"
team = "chat-core"
routes = ["/channels*"]
"""
WORKS = Works("app", ("GET /search", "GET /channels", "POST /channels"))


def lone(tmp_path: Path, text: str = OBS_TOML) -> Lone:
    (tmp_path / "obs.toml").write_text(text)
    return Lone.read({}, tmp_path, WORKS)


def test_the_team_of_most_works_is_told_and_all_are_known(tmp_path: Path) -> None:
    found = lone(tmp_path)
    assert (found.name, found.team, found.teams) == ("chat-api", "chat-core", ("chat-core", "discovery"))


def test_the_services_own_team_goes_before_that_of_most_works(tmp_path: Path) -> None:
    found = lone(tmp_path, OBS_TOML.replace("[service]", '[service]\nteam = "platform"', 1))
    assert (found.team, found.teams) == ("platform", ("chat-core", "discovery", "platform"))


def test_a_description_that_cannot_be_used_or_names_no_service_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ObsError, match="feature"):
        lone(tmp_path, '[service]\nname = "x"\n[[feature]]\nname = "a"\n')
    with pytest.raises(ObsError, match="names no service"):
        lone(tmp_path, OBS_TOML.replace("[service]", "").replace('name = "chat-api"', "", 1))


def test_a_pattern_that_matches_no_route_is_a_warning(tmp_path: Path) -> None:
    found = lone(tmp_path, OBS_TOML.replace('"/search"', '"/search", "/gone"'))
    assert [finding.rule for finding in found.warnings] == ["matched"]


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        ("sum(up)", 'sum(up{service="a"})'),
        ('up{job=~"x"} > 0', 'up{service="a", job=~"x"} > 0'),
        ("work:obs_greenlets:sum", "work:obs_greenlets:sum"),
        ("rate(obs_loop_delay_seconds_bucket[5m])", 'rate(obs_loop_delay_seconds_bucket{service="a"}[5m])'),
    ],
)
def test_every_scraped_series_is_asked_of_the_service(expr: str, wanted: str) -> None:
    assert narrow(expr, "a") == wanted


def test_an_alert_keeps_the_team_it_found_and_falls_back_to_the_services(tmp_path: Path) -> None:
    rule = {"alert": "X", "expr": "up == 0", "labels": {"severity": "page"}}
    found = narrowed({"groups": [{"name": "g", "rules": [rule]}]}, lone(tmp_path))
    labels = found["groups"][0]["rules"][0]["labels"]
    assert labels["severity"] == "page"
    assert "$labels.team" in labels["team"]
    assert '"chat-core"' in labels["team"]
    assert "labels" in rule
    assert "team" not in rule["labels"]  # what was given is as it was


def test_the_service_is_chosen_when_a_board_opens() -> None:
    board = {"templating": {"list": [{"name": "service", "multi": True}, {"name": "env"}]}}
    found = preset(board, "chat-api")
    assert found["templating"]["list"][0]["current"]["value"] == ["chat-api"]
    assert "current" not in found["templating"]["list"][1]
    assert "current" not in board["templating"]["list"][0]
