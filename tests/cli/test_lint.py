"""``obs lint``: what it looks at, and its exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from obs.cli import main as cli
from obs.metrics import catalog
from obs.metrics.store import Identity, Store

TOML = """
[service]
name = "shop"
[[feature]]
name = "media"
team = "pictures"
routes = ["/attachments*"]
jobs = ["thumbnails.*"]
"""

APP = """
import flask
app = flask.Flask(__name__)
app.add_url_rule("/attachments", "a", methods=["POST"])
app.add_url_rule("/admin", "b")
"""


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("OBS_RUNTIME_DIR", str(tmp_path / "obs"))
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("OBS_RUN_DIR", "OBS_CONFIG", "OBS_SERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "obs").mkdir(0o700)
    (tmp_path / "obs.toml").write_text(TOML)
    (tmp_path / "shop.py").write_text(APP)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Iterator[Store]:
    """A run of the service, which has seen a request that is owned, one that isn't, and a job."""
    store = Store.open(folder / "obs" / "shop-1", Identity("shop"))
    store.gauge(catalog.OBS_WORK_INFO, "request", "GET (unmatched)", "", "").set(1.0)
    store.gauge(catalog.OBS_WORK_INFO, "job", "thumbnails.make", "media", "pictures").set(1.0)
    store.histogram(catalog.HTTP_SERVER_REQUEST_DURATION, "/attachments", "POST", "200", "").observe(0.1)
    store.histogram(catalog.HTTP_SERVER_REQUEST_DURATION, "/admin", "GET", "200", "").observe(0.1)
    yield store
    store.detach()


def lint(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any]:
    code = cli.main(["lint", "--json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_with_nothing_to_hold_it_against_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lint"]) == 0
    assert capsys.readouterr().out == (
        "all is well; no service runs here and no --app was given, so its routes and jobs are not known\n"
    )


def test_a_flask_application_is_held_against_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = lint(capsys, "--app", "shop:app")
    assert code == 0
    assert [(problem["rule"], problem["where"]) for problem in found["problems"]] == [("owned", "GET /admin")]
    assert found["works"]["requests"] == ["GET /admin", "POST /attachments"]


def test_the_services_own_run_is_found(run: Store, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = lint(capsys)
    assert found["works"] == {
        "source": "the run shop-1",
        "requests": ["GET /admin", "POST /attachments"],
        "jobs": ["thumbnails.make"],
    }
    assert [problem["where"] for problem in found["problems"]] == ["GET /admin"]


def test_it_is_found_also_if_something_is_wrong(run: Store, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "obs.toml").write_text(TOML.replace('team = "pictures"', ""))
    assert lint(capsys)[1]["works"]["source"] == "the run shop-1"


def test_a_run_of_another_service_is_only_looked_at_if_asked(
    run: Store, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "obs.toml").write_text(TOML.replace("shop", "other"))
    assert lint(capsys)[1]["works"]["source"] == ""
    assert lint(capsys, "--service", "shop")[1]["works"]["source"] == "the run shop-1"


def test_a_run_that_is_not_there_is_one_line(run: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lint", "--service", "nobody"]) == cli.ERROR
    assert "no run of nobody; these are alive: shop-1" in capsys.readouterr().err


def test_errors_are_code_1_warnings_only_with_strict(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(capsys, "--app", "shop:app", "--strict")[0] == 1
    (folder / "obs.toml").write_text(TOML.replace('team = "pictures"', ""))
    code, found = lint(capsys)
    assert (code, found["problems"][0]["level"]) == (1, "error")


def test_the_text_names_file_key_and_fix_and_adds_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "obs.toml").write_text(TOML.replace("routes", "routs"))
    cli.main(["lint"])
    said = capsys.readouterr().out
    assert 'error   obs.toml: [[feature]] 1, key "routs": is not a setting of obs\n' in said
    assert "        do: did you mean routes?\n" in said
    assert "\n1 error; " in said


def test_of_many_alike_the_text_shows_some_and_json_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = "".join(f'app.add_url_rule("/{number}", "{number}")\n' for number in range(30))
    (folder / "shop.py").write_text(APP + many)
    cli.main(["lint", "--app", "shop:app"])
    assert '        11 more of the rule "owned"; --json has all\n' in capsys.readouterr().out
    assert len(lint(capsys, "--app", "shop:app")[1]["problems"]) == 31
