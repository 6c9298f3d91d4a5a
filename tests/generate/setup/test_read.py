"""obs.generate.toml: what it may say, and how a mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.errors import ConfigError
from obs.generate.setup import Setup
from obs.generate.setup.read import read


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert read(None, tmp_path) == Setup()


def test_every_section_is_read(tmp_path: Path) -> None:
    (tmp_path / "obs.generate.toml").write_text(
        '[site]\ndashboards = "https://g/"\n[prometheus]\ntargets = ["a:1"]\nlabels = {env = "x"}\n'
        '[alertmanager.teams]\ncore = "http://x"\n[tempo]\nurl = "http://t"\n[kubernetes]\npods = {app = "y"}\n'
        '[rules]\nhasten = 0.1\n[alert.x]\nfor = "1m"\n[panel."a/b"]\nremove = true\n'
    )
    found = read(None, tmp_path)
    assert found.site.dashboards == "https://g"
    assert (found.prometheus.targets, found.prometheus.labels) == (("a:1",), {"env": "x"})
    assert found.alertmanager.teams == {"core": "http://x"}
    assert found.grafana.tempo == "http://t"
    assert found.kubernetes.pods == {"app": "y"}
    assert (found.hasten, found.alerts, found.panels) == (0.1, {"x": {"for": "1m"}}, {"a/b": {"remove": True}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[alerts.x]\nfor = 1", "did you mean alert?"),
        ("[site]\nboards = 'x'", "is not known here"),
        ("[prometheus]\ntargets = ['a']", "is not host:port"),
        ("[prometheus]\nscrape_interval = 'often'", "is not a duration"),
        ("[prometheus]\nlabels = 'x'", "is a text, not a table"),
        ("[kubernetes]\nnamespace = 'A B'", "can't name anything in Kubernetes"),
        ("[kubernetes.labels]\n'a b' = 'x'", "is no label of Kubernetes"),
        ("[rules]\nhasten = 2", "is not a part of 1"),
        ("[alert]\nx = 1", "is a number"),
        ("[alert.x]", "changes nothing"),
        ("[site", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "my.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"my\.toml") as error:
        read("my.toml", tmp_path)
    assert said in str(error.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        read("none.toml", tmp_path)
