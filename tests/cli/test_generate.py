"""``obs generate`` and ``obs lint PATH``, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from obs.cli.main import main

APP = """
from flask import Flask
app = Flask(__name__)
app.add_url_rule("/search", "search", lambda: "")
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_generated_folder_is_up_to_date_and_lints_clean(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "out", "--check"]) == 1
    assert not (here / "out").exists()
    assert main(["generate", "out"]) == 0
    assert main(["generate", "out", "--check"]) == 0
    assert main(["lint", "out", "--strict"]) == 0
    assert "all is well" in capsys.readouterr().out
    board = here / "out/grafana/dashboards/overview.json"
    board.write_text(board.read_text().replace("$service", "$servise"))
    assert main(["lint", "out", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert "board-variable" in {problem["check"] for problem in found["problems"]}
    assert main(["lint", "out", "--github"]) == 1
    assert "::error file=out/grafana/dashboards/overview.json,title=" in capsys.readouterr().out
    assert main(["generate", "out", "--check"]) == 1


def test_one_service_from_its_application(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "shop.py").write_text(APP)
    (here / "obs.toml").write_text(
        '[service]\nname = "shop"\n[[feature]]\nname = "search"\nteam = "find"\nroutes = ["/search", "/old"]\n'
    )
    assert main(["generate", "out", "--format", "kubernetes", "--app", "shop:app"]) == 0
    assert '"/old" matches nothing' in capsys.readouterr().err
    assert 'service="shop"' in (here / "out/kubernetes/obs-rules-shop-recorded-loop.prometheusrule.yaml").read_text()
    assert main(["lint", "out"]) == 0


def test_lint_says_in_one_line_what_it_cannot_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "x.json").write_text("{")
    (here / "y.yaml").write_text("a: b")
    for path, said in (("x.json", "is not JSON"), ("y.yaml", "neither boards nor rules"), ("z.yaml", "can't be read")):
        assert main(["lint", path]) == 2
        assert said in capsys.readouterr().err


def test_every_check_is_listed_with_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--checks"]) == 0
    assert "template-job-rule\n    The board has" in capsys.readouterr().out
