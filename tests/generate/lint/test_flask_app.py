"""The routes of a Flask application are those of its url_map; whatever it does when imported stays outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from obs.errors import ObsError
from obs.generate.lint import flask_app

APP = """
import flask, sys
print("noise")
app = flask.Flask(__name__)
@app.get("/users/<int:id>")
def user(id): return ""
@app.route("/rooms", methods=["GET", "POST"])
def rooms(): return ""
@app.route("/ping", methods=["HEAD"])
def ping(): return ""
def create_app():
    return app
class Other: pass
other = Other()
"""

ROUTES = ("GET /rooms", "GET /users/<int:id>", "HEAD /ping", "POST /rooms")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.py").write_text(APP)
    return tmp_path


@pytest.mark.parametrize("name", ["shop", "shop:app", "shop:create_app()"])
def test_an_application_or_its_factory_is_read(folder: Path, name: str) -> None:
    found = flask_app.works(name, folder)
    assert (found.source, found.requests, found.jobs) == (name, ROUTES, ())


def test_its_static_files_are_a_route_if_there_are_any(folder: Path) -> None:
    (folder / "static").mkdir()
    assert "GET /static/<path:filename>" in flask_app.works("shop", folder).requests


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere:app", "No module named 'nowhere'"),
        ("shop:nothing", "nothing"),
        ("shop:other", "it is a Other, not a Flask application"),
        ("shop:create_app", "it is a function, not a Flask application; write a factory as module:create_app()"),
    ],
)
def test_what_is_no_application_is_one_line(folder: Path, name: str, says: str) -> None:
    with pytest.raises(ObsError) as caught:
        flask_app.works(name, folder)
    assert str(caught.value).startswith(f"{name}: its routes can't be read: ")
    assert says in str(caught.value)


def test_an_application_that_serves_when_it_is_imported_is_given_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flask_app, "PATIENCE", 0.2)
    (folder / "serving.py").write_text("import threading; threading.Event().wait()")
    with pytest.raises(ObsError, match="did not end within"):
        flask_app.works("serving:app", folder)
