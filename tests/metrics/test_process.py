from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from obs.metrics import identity, process
from obs.metrics.catalog import PROCESS_CPU
from obs.metrics.fold import fold
from obs.metrics.reader import Reader
from obs.metrics.store import Store
from tests.metrics.running import IDENTITY, of, program, values

BURNER = """
store = Store.open(RUN_DIR, IDENTITY)
store.counter(PROCESS_CPU)
end = time.process_time() + 0.15
while time.process_time() < end: pass
print("burnt", flush=True)
sys.stdin.readline()
"""


def test_a_process_is_described_from_outside(run_dir):
    with program(BURNER, run_dir) as target:
        target.stdout.readline()
        found = values(run_dir)
        assert found["process_cpu_seconds_total",][0] >= 0.14
        assert found["process_resident_memory_bytes",][0] > 1e6
        assert found["process_virtual_memory_bytes",][0] > found["process_resident_memory_bytes",][0]
        assert 3 <= found["process_open_fds",][0] <= found["process_max_fds",][0]
        assert abs(found["process_start_time_seconds",][0] - time.time()) < 60
        assert found["obs_processes",] == [1.0]
        target.communicate("\n")


def test_cpu_time_outlives_its_process_and_the_scraper(run_dir):
    seen = 0.0
    for _ in range(3):
        with program(BURNER, run_dir) as target:
            target.stdout.readline()
            before, seen = seen, values(run_dir)["process_cpu_seconds_total",][0]
            target.communicate("\n")
        assert seen >= before + 0.14
        fold(run_dir)
        found = values(run_dir)
        assert found["process_cpu_seconds_total",][0] == seen
        assert ("process_resident_memory_bytes",) not in found


PARENT = """
import subprocess
store = Store.open(RUN_DIR, IDENTITY, role=ROLE)
store.counter(PROCESS_CPU if ROLE == "service" else OBS_SELF_CPU)
burn = "import time; end = time.process_time() + 0.3\\nwhile time.process_time() < end: pass"
subprocess.run([sys.executable, "-c", burn], check=True)
print("burnt", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize(
    ("role", "metric", "counted"),
    [("host", "obs_self_cpu_seconds_total", True), ("service", "process_cpu_seconds_total", False)],
)
def test_what_obs_has_started_is_obs_own_cost_and_what_a_service_has_started_is_another_process(
    run_dir, role, metric, counted
):
    with program(f"from obs.metrics.catalog import OBS_SELF_CPU\nROLE = {role!r}\n{PARENT}", run_dir) as target:
        target.stdout.readline()
        with Path(f"/proc/{target.pid}/stat").open() as stat:
            own = sum(map(int, stat.read().rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")
        found = values(run_dir)[metric,][0]
        assert (found >= own + 0.28) is counted
        target.communicate("\n")


@pytest.mark.parametrize(
    "change",
    [{"start_ticks": lambda pid: 12345}, {"pid_namespace": lambda: "pid:[42]"}, {"start_ticks": lambda pid: 0}],
)
def test_another_process_of_that_pid_is_not_taken_for_it(run_dir, monkeypatch, change):
    for name, value in change.items():
        monkeypatch.setattr(identity, name, value)
    store = Store.open(run_dir, IDENTITY)
    monkeypatch.undo()
    store.counter(PROCESS_CPU)
    found = values(run_dir)
    assert found["process_cpu_seconds_total",] == [0.0]
    assert ("obs_processes",) not in found


def test_cpu_time_does_not_go_back(run_dir):
    store = Store.open(run_dir, IDENTITY)
    store.counter(PROCESS_CPU).add(1e6)  # as another scraper noted, a moment later than we read
    assert values(run_dir)["process_cpu_seconds_total",] == [1e6]


def test_what_proc_does_not_show_is_left_out(run_dir, tmp_path):
    store = Store.open(run_dir, IDENTITY)
    reader = Reader(run_dir, lambda source: process.observe(source, tmp_path))
    assert ("process_resident_memory_bytes",) not in of(reader)
    folder = tmp_path / str(os.getpid())
    folder.mkdir()
    (folder / "stat").write_bytes(b"1 (a) b) S " + b"0 " * 18 + f"{identity.start_ticks('self')} 4096 1 0".encode())
    found = of(reader)
    assert found["process_virtual_memory_bytes",] == [4096.0]
    assert ("process_open_fds",) not in found
    assert ("process_start_time_seconds",) not in found
    assert store.path


def test_a_limit_that_is_none_is_infinite(run_dir, tmp_path):
    folder = tmp_path / "1"
    (folder / "fd").mkdir(parents=True)
    (folder / "limits").write_text("Max open files            unlimited            unlimited            files\n")
    assert process._fds(folder) == {process.PROCESS_OPEN_FDS: 0.0, process.PROCESS_MAX_FDS: float("inf")}
