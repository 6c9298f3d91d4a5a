"""Telemetry that can't be had is one line that names it, and the service starts all the same."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

from obs.host import telemetry
from obs.host.telemetry import public

ROOT = os.geteuid() == 0


def lines(run) -> list[str]:
    return [line for line in run.err.splitlines() if line.startswith("obs: ")]


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"OBS_PORT": "http"}, "OBS_PORT"),
        ({"OBS_SLOW": "soon"}, "OBS_SLOW"),
        ({"OTEL_TRACES_SAMPLER": "mine"}, "OTEL_TRACES_SAMPLER"),
        ({"OBS_RUNTIME_DIR": "/proc/obs"}, "/proc/obs"),
        ({"OBS_RUNTIME_DIR": "/dev/null"}, "/dev/null"),
    ],
)
def test_a_wrong_setting_is_named_and_the_service_runs_without_obs(launch, environ, names):
    run = launch("sh", "-c", "echo ran; env | grep -E 'OBS_RUN_DIR|bootstrap'; exit 3", env=environ)
    assert run.end() == 3
    assert run.out == "ran\n"
    assert len(lines(run)) == 1
    assert names in lines(run)[0]
    assert "the service starts without it" in lines(run)[0]
    assert "Traceback" not in run.err


@pytest.mark.parametrize("text", ["not toml", "[[slo]]\nname = 1\n"])
def test_a_wrong_obs_toml_is_named(launch, tmp_path, text):
    (tmp_path / "obs.toml").write_text(text)
    run = launch("echo", "ran", cwd=tmp_path)
    assert run.end() == 0
    assert run.out == "ran\n"
    assert len(lines(run)) == 1
    assert "obs.toml" in lines(run)[0]


def test_an_unreadable_obs_toml_is_named(launch, tmp_path):
    (tmp_path / "obs.toml").mkdir()  # root may read any file, but no folder
    run = launch("echo", "ran", cwd=tmp_path)
    assert run.end() == 0
    assert run.out == "ran\n"
    assert len(lines(run)) == 1
    assert "obs.toml" in lines(run)[0]


def test_a_port_in_use_is_named_and_traces_still_work(launch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = launch("sh", "-c", "test -S $OBS_SPAN_SOCKET && echo traced", options=("--port", port))
        assert run.end() == 0
    assert run.out == "traced\n"
    assert f"127.0.0.1:{port}: Address already in use" in run.err
    assert "/metrics is off" in run.err


def test_an_address_that_is_not_ours_is_named(launch):
    run = launch("echo", "ran", options=("--host", "192.0.2.1"))
    assert run.end() == 0
    assert "192.0.2.1" in lines(run)[0]


def test_a_path_too_long_for_the_span_socket_is_named_and_metrics_still_work(launch, tmp_path):
    deep = tmp_path / ("d" * 100)
    run = launch(
        "sh", "-c", "test -d $OBS_RUN_DIR && test -z $OBS_SPAN_SOCKET && echo ran", env={"OBS_RUNTIME_DIR": str(deep)}
    )
    assert run.end() == 0
    assert run.out == "ran\n"
    assert "tracing is off" in run.err
    assert "/metrics" in run.err


@pytest.mark.skipif(not ROOT, reason="needs root to mount")
def test_a_full_shared_memory_is_named_and_the_service_starts(launch, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", full], check=True)
    try:
        (full / "filler").write_bytes(b"x" * (200 << 10))
        run = launch("echo", "ran", env={"OBS_RUNTIME_DIR": str(full)})
        assert run.end() == 0
        assert run.out == "ran\n"
        assert f"obs: {full}: " in run.err
        assert "shm-size" in run.err
    finally:
        subprocess.run(["umount", "-l", full], check=True)


@pytest.mark.skipif(not ROOT, reason="needs root to mount")
def test_no_inode_left_is_named_and_the_service_starts(launch, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "nr_inodes=1,mode=0700", "tmpfs", full], check=True)
    try:
        run = launch("echo", "ran", env={"OBS_RUNTIME_DIR": str(full)})
        assert run.end() == 0
        assert run.out == "ran\n"
        assert "No space left on device" in lines(run)[0]
    finally:
        subprocess.run(["umount", "-l", full], check=True)


def test_a_fault_of_ours_is_one_line_and_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("ours")

    said: list[str] = []
    monkeypatch.setattr(telemetry, "assemble", fail)
    assert telemetry.prepare({"OBS_RUNTIME_DIR": str(tmp_path / "r")}, said.append) is None
    assert said == ["ZeroDivisionError('ours'); obs is off, the service starts without it"]
    assert list((tmp_path / "r").iterdir()) == []


def test_traces_that_are_off_are_no_part_of_the_run(launch):
    run = launch("sh", "-c", "echo socket=$OBS_SPAN_SOCKET", env={"OTEL_TRACES_EXPORTER": "none"})
    assert run.end() == 0
    assert run.out == "socket=\n"
    assert "traces" not in run.err


def test_the_one_line_says_where_metrics_and_traces_are(launch):
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://me:secret@127.0.0.1:1/x"}
    run = launch("true", env=environ)
    assert run.end() == 0
    (line,) = lines(run)
    assert line.startswith("obs: shop metrics http://127.0.0.1:")
    assert "/metrics, live view http://127.0.0.1:" in line
    assert line.endswith("/, traces http://127.0.0.1:1/x/v1/traces")
    assert "secret" not in run.err


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [("https://c:4318/v1/traces", "https://c:4318/v1/traces"), ("http://k@[::1]:1/t?key=1", "http://[::1]:1/t")],
)
def test_no_secret_of_an_endpoint_is_shown(endpoint, shown):
    assert public(endpoint) == shown


def test_what_a_killed_launcher_left_is_swept_by_the_next(launch, tmp_path):
    runtime = tmp_path / "r"
    left = runtime / "shop-1"
    left.mkdir(0o700, parents=True)
    runtime.chmod(0o700)
    (left / "remains.obs").touch()
    for path in (left / "remains.obs", left):
        os.utime(path, (0, 0))
    assert launch("true", env={"OBS_RUNTIME_DIR": str(runtime)}).end() == 0
    assert list(Path(runtime).iterdir()) == []
