"""What the two children find in their environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from obs.config import Config
from obs.host.environment import BOOTSTRAP, for_host, for_service

RUN_DIR = Path("/r/shop-1")
SPANS = RUN_DIR / "spans.sock"


@pytest.fixture
def config() -> Config:
    return Config.load({"OBS_SERVICE": "shop", "OBS_ENV": "test", "OBS_RUNTIME_DIR": "/r"}, Path("/"))


def test_the_service_finds_the_run_and_its_settings_as_resolved(config):
    found = for_service({"HOME": "/h", "PYTHONPATH": "/a"}, config, RUN_DIR, SPANS)
    assert found["OBS_RUN_DIR"] == "/r/shop-1"
    assert found["OBS_SPAN_SOCKET"] == "/r/shop-1/spans.sock"
    assert (found["OBS_SERVICE"], found["OBS_ENV"], found["OBS_RUNTIME_DIR"]) == ("shop", "test", "/r")
    assert found["PYTHONPATH"] == f"{BOOTSTRAP}:/a"
    assert found["HOME"] == "/h"


def test_a_run_without_spans_has_no_span_socket_not_even_an_outer_runs(config):
    assert "OBS_SPAN_SOCKET" not in for_service({"OBS_SPAN_SOCKET": "/outer"}, config, RUN_DIR, None)


def test_what_the_service_finds_is_a_right_setting(config):
    found = Config.load(for_service({}, config, RUN_DIR, SPANS), Path("/"))
    assert (found.service, found.env, found.run_dir, found.span_socket) == ("shop", "test", RUN_DIR, SPANS)


def test_the_host_gets_no_interpreter_setting_of_the_services():
    found = for_host({"PYTHONPATH": "/a", "PYTHONINSPECT": "1", "PYTHONHOME": "/p", "OTEL_X": "y", "HOME": "/h"})
    assert "PYTHONINSPECT" not in found
    assert found["PYTHONHOME"] == "/p"
    assert (found["OTEL_X"], found["HOME"]) == ("y", "/h")


def test_the_host_finds_what_we_find_and_not_the_folder_it_is_started_in(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('the wrong process')")
    code = "import json, prometheus_client, obs.errors"
    environ = for_host({**os.environ, "PYTHONPATH": str(tmp_path)})
    subprocess.run([sys.executable, "-S", "-P", "-c", code], env=environ, cwd=tmp_path, check=True)
