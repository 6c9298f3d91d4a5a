"""Turning obs on: once, never at the service's expense, and exactly off again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.support import exchange, free_port, get, gunicorn, running

COUNT = "http_server_request_duration_seconds_count"


def python(source: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    folder.chmod(0o700)
    environ = {"PATH": os.environ["PATH"], "OBS_RUNTIME_DIR": str(folder), **env}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", source], env=environ, capture_output=True, text=True, timeout=60
    )


def test_twice_is_once_and_off_is_off(tmp_path: Path) -> None:
    source = """
import sys, threading, gc
before = list(sys.meta_path), threading.Thread.start, list(gc.callbacks)
import obs
first, second = obs.instrument(), obs.instrument()
import flask
assert first.on and second.on
second.uninstrument()
assert not first.on and not second.on
first.uninstrument()
import opentelemetry.context
assert (list(sys.meta_path), threading.Thread.start, list(gc.callbacks)) == before
assert type(opentelemetry.context._RUNTIME_CONTEXT).__module__.startswith("opentelemetry")
assert obs.instrument().on
"""
    done = python(source, tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_wrong_setting_is_one_line_that_names_it_and_the_process_goes_on(tmp_path: Path) -> None:
    done = python("import obs; handle = obs.instrument(); print(handle.on)", tmp_path, OBS_SLOW="soon")
    assert done.stdout == "False\n"
    assert done.stderr.count("\n") == 1
    assert "OBS_SLOW" in done.stderr


def test_a_fault_of_obs_itself_does_not_reach_the_service(tmp_path: Path) -> None:
    source = """
import obs.runtime.context as context
def broken(): raise RuntimeError("obs is broken")
context.install_threads = broken
import obs
print(obs.instrument(dict) is not None)
"""
    done = python(source, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "True\n"


def test_a_run_folder_that_can_not_be_used_is_one_line_and_the_service_answers(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    source = """
import os, obs
obs.instrument()
from flask import Flask
app = Flask("app")
@app.get("/")
def home(): return "home"
print(app.test_client().get("/").text)
"""
    environ = {"PATH": os.environ["PATH"], "OBS_RUNTIME_DIR": str(tmp_path / "a file" / "below")}
    (tmp_path / "a file").write_text("")
    done = subprocess.run([sys.executable, "-c", source], env=environ, capture_output=True, text=True, timeout=60)
    assert done.stdout == "home\n"
    assert "a file" in done.stderr


@pytest.mark.parametrize("preload", [False, True])
def test_without_obs_run_the_workers_of_one_gunicorn_are_one_scrape(tmp_path: Path, preload: bool) -> None:
    tmp_path.chmod(0o700)
    port = free_port()
    options = ["--preload"] if preload else []
    with running(gunicorn("self_served:app", port, "gevent", 3, *options), port, {"OBS_RUNTIME_DIR": str(tmp_path)}):
        for _ in range(30):
            exchange(port, b"GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        lines = get(f"http://127.0.0.1:{port}/metrics").splitlines()
        counted = [line for line in lines if line.startswith(COUNT) and "/hello" in line]
        folders = list(tmp_path.iterdir())
    assert [line.rsplit(" ", 1)[1] for line in counted] == ["30.0"]
    assert len(folders) == 1
