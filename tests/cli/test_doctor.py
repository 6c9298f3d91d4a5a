"""The doctor on real services: gunicorn with gevent workers that patches too late, and one that is clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

CLEAN = """
import flask, threading
from ssl import SSLContext
LOCK = threading.Lock()
app = flask.Flask(__name__)
"""

LATE = (
    CLEAN
    + """
import time
class Exporter:
    def run(self):
        time.sleep(600)
threading.Thread(target=Exporter().run, name="exporter", daemon=True).start()
"""
)


@pytest.fixture
def doctor(tmp_path):
    """``doctor("--json", app=…, options=[…])``: the exit code and what was said."""

    def run(*options: str, app: str = "", gunicorn: tuple[str, ...] = (), **environ: str):
        command = [sys.executable, "-m", "obs", "doctor", *options]
        if app:
            (tmp_path / "app.py").write_text(app)
            serve = [sys.executable, "-m", "gunicorn", "-k", "gevent", "-b", "127.0.0.1:0"]
            command += ["--", *serve, *gunicorn, "app:app"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OBS_", "OTEL_"))}
        given = {**kept, "OBS_SERVICE": "s", "OBS_PORT": "0", "OBS_RUNTIME_DIR": str(tmp_path / "run"), **environ}
        done = subprocess.run(command, capture_output=True, text=True, env=given, cwd=tmp_path, timeout=90, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    return run


def errors(said: str) -> dict[str, list[str]]:
    """The evidence of the errors, by check."""
    checks = json.loads(said)["checks"]
    found = {name: [f["evidence"] for f in findings if f["level"] == "error"] for name, findings in checks.items()}
    return {name: evidence for name, evidence in found.items() if evidence}


def test_a_clean_service_has_no_errors(doctor):
    code, said = doctor("--json", app=CLEAN, gunicorn=("-w", "2"))
    assert (code, errors(said)) == (0, {})
    assert {"start", "patching", "fork", "grpc"} <= json.loads(said)["checks"].keys()


def test_a_service_that_patches_too_late_is_told_who_kept_what(doctor):
    code, said = doctor("--json", app=LATE, gunicorn=("--preload",))
    found = errors(said)
    assert code == 1
    assert found.keys() == {"patching", "fork"}
    assert any("app.SSLContext is the original ssl.SSLContext" in evidence for evidence in found["patching"])
    assert any("app.LOCK is the original threading.Lock" in evidence for evidence in found["patching"])
    assert any("exporter app.Exporter.run" in evidence for evidence in found["fork"])
    assert any("preload_app with worker class gevent" in evidence for evidence in found["fork"])


def test_patching_in_gunicorns_configuration_mends_preload(doctor, tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("from gevent import monkey\nmonkey.patch_all()\n")
    code, said = doctor("--json", app=CLEAN, gunicorn=("--preload",))
    assert (code, errors(said)) == (0, {})


def test_a_wrong_setting_is_an_error_and_the_rest_is_still_looked_at(doctor):
    code, said = doctor(OBS_PORT="70000", OBS_SLOW="soon")
    assert code == 1
    assert "settings: OBS_PORT '70000' is not a port" in said
    assert "settings: OBS_SLOW 'soon' is not a duration" in said
    assert "ok      versions" in said


def test_plain_text_where_there_is_no_terminal(doctor):
    code, said = doctor()
    assert code == 0
    assert "\x1b" not in said
    assert "service = s   (OBS_SERVICE)" in said
    assert "ok      port" in said
    assert "patching" not in said


def test_a_command_can_be_looked_at_without_starting_it(doctor, tmp_path):
    code, said = doctor("--no-start", app="raise SystemExit('started')")
    assert (code, "ok      interpreter" in said, "start " in said) == (0, True, False)


def test_the_report_is_plain_without_rich(monkeypatch, capsys):
    from obs.cli.doctor import write
    from obs.host.diagnosis.render import Line

    monkeypatch.setitem(sys.modules, "rich.console", None)
    write([Line("error", "x: y"), Line("", "        do:   z")])
    assert capsys.readouterr().out == "error   x: y\n        do:   z\n"
