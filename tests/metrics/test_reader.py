from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys

import pytest

from obs.metrics import identity, source
from obs.metrics.catalog import HTTP_SERVER_ACTIVE_REQUESTS, OBS_BUILD_INFO
from obs.metrics.fold import fold
from obs.metrics.metric import Metric
from obs.metrics.reader import Reader
from obs.metrics.store import Identity, Store
from tests.metrics.running import IDENTITY, PREAMBLE, disconnects, files, of, program, run, values

NAME = "obs_request_disconnects_total"


def test_processes_add_up(run_dir):
    for i in range(3):
        disconnects(Store.open(run_dir, IDENTITY)).add(i + 1)
    assert values(run_dir)[NAME, "/x"] == [6.0]


def test_a_dead_process_has_counters_and_no_gauges(run_dir):
    living, dead = Store.open(run_dir, IDENTITY), Store.open(run_dir, IDENTITY)
    for store in living, dead:
        disconnects(store).add(1)
        store.gauge(HTTP_SERVER_ACTIVE_REQUESTS, "GET").add(4)
        store.gauge(OBS_BUILD_INFO, "abc").set(1)
    assert values(run_dir)["http_server_active_requests", "GET"] == [8.0]
    assert values(run_dir)["obs_build_info", "abc"] == [1.0]
    dead.detach()
    assert values(run_dir)["http_server_active_requests", "GET"] == [4.0]
    living.detach()
    found = values(run_dir)
    assert found[NAME, "/x"] == [2.0]
    assert ("http_server_active_requests", "GET") not in found


@pytest.mark.parametrize(("merge", "merged"), [("max", 5.0), ("min", 2.0), ("sum", 7.0), ("constant", 5.0)])
@pytest.mark.parametrize("outlives", [False, True])
def test_gauges_merge_as_they_say(run_dir, merge, merged, outlives):
    metric = Metric("level", "gauge", "A level.", merge=merge, outlives=outlives)
    living, dead = Store.open(run_dir, IDENTITY), Store.open(run_dir, IDENTITY)
    living.gauge(metric).set(5)
    dead.gauge(metric).set(2)
    assert values(run_dir)["level",] == [merged]
    dead.detach()
    assert values(run_dir)["level",] == [merged if outlives else 5.0]
    fold(run_dir)
    assert values(run_dir)["level",] == [merged if outlives else 5.0]


def test_services_and_versions_are_kept_apart(run_dir):
    stores = [Store.open(run_dir, Identity("chat", "prod", version)) for version in ("1", "2", "2")]
    for store in stores:
        disconnects(store).add(1)
    found = {key.identity[2][1]: cells for key, cells in Reader(run_dir).snapshot().series.items() if key.labels}
    assert found == {"1": [1.0], "2": [2.0]}
    for store in stores:
        store.detach()
    fold(run_dir)
    found = {key.identity[2][1]: cells for key, cells in Reader(run_dir).snapshot().series.items() if key.labels}
    assert found == {"1": [1.0], "2": [2.0]}


def test_a_reader_follows_files_that_grow_come_and_go(run_dir):
    store = Store.open(run_dir, IDENTITY)
    reader = Reader(run_dir)
    disconnects(store).add(1)
    assert of(reader)[NAME, "/x"] == [1.0]
    for i in range(3000):
        disconnects(store, f"/{i}").add(1)
    assert len(of(reader)) > 3000
    other = Store.open(run_dir, IDENTITY)
    disconnects(other).add(5)
    assert of(reader)[NAME, "/x"] == [6.0]
    other.detach()
    fold(run_dir)
    assert of(reader)[NAME, "/x"] == [6.0]
    assert len(files(run_dir)) == 2
    reader.close()
    assert of(reader)[NAME, "/x"] == [6.0]


def test_corrupt_files_are_counted_and_the_rest_is_read(run_dir):
    disconnects(store := Store.open(run_dir, IDENTITY)).add(1)
    (run_dir / "garbage.obs").write_bytes(b"garbage" * 100)
    (run_dir / "empty.obs").write_bytes(b"")
    (run_dir / "link.obs").symlink_to("/etc/passwd")
    (run_dir / "folder.obs").mkdir()
    found = values(run_dir)
    assert found[NAME, "/x"] == [1.0]
    assert found["obs_self_torn_total",] == [4.0]
    assert store.path


def test_a_reader_that_is_out_of_descriptors_fails_rather_than_leave_a_process_out(run_dir, monkeypatch):
    disconnects(store := Store.open(run_dir, IDENTITY)).add(1)
    monkeypatch.setattr(source.os, "open", _no_descriptors)
    with pytest.raises(OSError, match="Too many"):
        Reader(run_dir).snapshot()
    assert store.path


def _no_descriptors(*_, **__):
    raise OSError(errno.EMFILE, "Too many open files")


def test_a_missing_folder_is_an_error(run_dir):
    with pytest.raises(FileNotFoundError):
        Reader(run_dir).snapshot()


def test_a_process_killed_in_the_middle_of_writing_loses_nothing_it_had_counted(run_dir):
    source = """
        store = Store.open(RUN_DIR, IDENTITY)
        counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
        n = 0
        while True:
            n += 1
            counter.add(1.0)
            store.counter(OBS_REQUEST_DISCONNECTS, f"/{n % 4000}").add(1.0)
            os.write(1, b"%d\\n" % n)
    """
    for _ in range(3):
        shutil.rmtree(run_dir, ignore_errors=True)
        with program(source, run_dir) as target:
            for _ in range(300):
                last = target.stdout.readline()
            target.send_signal(signal.SIGKILL)
            last = (target.stdout.read().strip().split("\n")[-1]) or last
        found = values(run_dir)
        assert 0 <= found[NAME, "/x"][0] - int(last) <= 1
        assert found["obs_self_torn_total",] == [0.0]


# -- containers --

CONTAINER = """
store = Store.open(RUN_DIR, IDENTITY)
store.counter(OBS_REQUEST_DISCONNECTS, "/x").add(1)
from obs.metrics.metric import Metric
store.gauge(Metric("each", "gauge", "Each.", merge="each")).set(1)
print(os.getpid(), flush=True)
sys.stdin.readline()
"""


def test_two_containers_with_equal_pids_share_a_folder(run_dir):
    unshare = ["unshare", "--pid", "--fork", "--mount-proc"]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode:
        pytest.skip("pid namespaces need root")
    command = [*unshare, sys.executable, "-c", PREAMBLE + CONTAINER, str(run_dir)]
    targets = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ)
        for _ in range(2)
    ]
    try:
        assert [target.stdout.readline() for target in targets] == ["1\n", "1\n"]
        found = values(run_dir)
        assert found[NAME, "/x"] == [2.0]
        assert len([key for key in found if key[0] == "each"]) == 2
        assert fold(run_dir) == 0
        targets.pop().communicate("\n")
        assert fold(run_dir) == 1
        found = values(run_dir)
        assert found[NAME, "/x"] == [2.0]
        assert len([key for key in found if key[0] == "each"]) == 1
    finally:
        for target in targets:
            target.communicate("\n")


def test_a_pid_of_another_namespace_says_so(run_dir, monkeypatch):
    metric = Metric("each", "gauge", "Each.", merge="each")
    monkeypatch.setattr(identity, "pid_namespace", lambda: "pid:[42]")
    foreign = Store.open(run_dir, IDENTITY)
    monkeypatch.undo()
    own = Store.open(run_dir, IDENTITY)
    foreign.gauge(metric).set(1)
    own.gauge(metric).set(2)
    found = values(run_dir)
    assert found["each", str(os.getpid())] == [2.0]
    assert found["each", f"{os.getpid()}@42"] == [1.0]


def test_a_label_of_the_metrics_own_hides_the_identitys(run_dir):
    metric = Metric("own_total", "counter", "Has a version.", labels=("version",))
    for version in ("1", "2"):
        store = Store.open(run_dir, Identity("chat", "prod", version))
        store.counter(metric, "mine").add(1)
        store.detach()
    for _ in range(2):
        (key,) = [key for key in Reader(run_dir).snapshot().series if key.metric.name == "own_total"]
        assert dict(key.pairs) == {"service": "chat", "env": "prod", "version": "mine"}
        assert values(run_dir)["own_total", "mine"] == [2.0]
        fold(run_dir)


def test_a_private_run_has_no_leftovers(run_dir):
    run("store = Store.open(RUN_DIR, IDENTITY); store.counter(OBS_REQUEST_DISCONNECTS, '/x').add(1)", run_dir)
    assert len(files(run_dir)) == 1
    assert fold(run_dir) == 1
    assert files(run_dir) == ["folded.obs"]


def test_a_reader_forgets_the_processes_of_long_ago(run_dir, monkeypatch):
    metric = Metric("each", "gauge", "Each.", merge="each")
    monkeypatch.setattr("obs.metrics.reader._SPARE", 20)
    reader = Reader(run_dir)
    for pid in range(100):
        monkeypatch.setattr(os, "getpid", lambda pid=pid: pid)
        store = Store.open(run_dir, IDENTITY)
        store.gauge(metric).set(1)
        disconnects(store).add(1)
        assert of(reader)["each", str(pid)] == [1.0]
        store.detach()
        fold(run_dir)
    assert len(reader._keys) < 40
    assert of(reader)[NAME, "/x"] == [100.0]
