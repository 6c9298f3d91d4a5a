from __future__ import annotations

import errno
import gc
import logging
import os
import threading
from pathlib import Path

import pytest

from obs.metrics import handles, log, memory
from obs.metrics.catalog import HTTP_SERVER_ACTIVE_REQUESTS, HTTP_SERVER_REQUEST_DURATION, OBS_REQUEST_DISCONNECTS
from obs.metrics.metric import Metric
from obs.metrics.reader import Reader
from obs.metrics.store import Store, StoreError
from tests.metrics.running import IDENTITY, disconnects, durations, files, run, values

SMALL = Metric("small_total", "counter", "A metric with few places.", labels=("a", "b"), cap=3)


def test_what_is_recorded_is_read(run_dir):
    store = Store.open(run_dir, IDENTITY)
    disconnects(store).add(2)
    disconnects(store).add()
    gauge = store.gauge(HTTP_SERVER_ACTIVE_REQUESTS, "GET")
    gauge.add(5)
    gauge.add(-3)
    durations(store).observe(0.005)
    durations(store).observe(0.3)
    durations(store).observe(99)
    found = values(run_dir)
    assert found["obs_request_disconnects_total", "/x"] == [3.0]
    assert found["http_server_active_requests", "GET"] == [2.0]
    cells = found["http_server_request_duration_seconds", "/x", "GET", "200", ""]
    assert cells == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 99.305]  # a bound is inclusive


def test_the_hot_path_may_be_inlined(run_dir):
    store = Store.open(run_dir, IDENTITY)
    handle = durations(store)
    handle.cells[handle.index + 3] += 1.0
    handle.cells[handle.sum_index] += 0.04
    cells = values(run_dir)["http_server_request_duration_seconds", "/x", "GET", "200", ""]
    assert (cells[3], cells[-1]) == (1.0, 0.04)


def test_a_handle_is_made_once_for_each_label_set():
    store = Store.private()
    assert disconnects(store) is disconnects(store)
    assert disconnects(store) is not disconnects(store, "/y")


def test_handles_stay_bound_while_the_file_grows(run_dir):
    store = Store.open(run_dir, IDENTITY)
    first = disconnects(store, "/first")
    for i in range(2000):
        disconnects(store, f"/{i}").add(i)
    assert store.path.stat().st_size > log.CHUNK
    first.add(7)
    found = values(run_dir)
    assert found["obs_request_disconnects_total", "/first"] == [7.0]
    assert found["obs_request_disconnects_total", "/1999"] == [1999.0]


def test_beyond_its_cap_a_metric_has_one_series_for_the_rest(run_dir):
    store = Store.open(run_dir, IDENTITY)
    for i in range(10_000):
        store.counter(SMALL, str(i), "x").add(1.0)
    found = {key: cells for key, cells in values(run_dir).items() if key[0] == "small_total"}
    assert found[("small_total", "__overflow__", "__overflow__")] == [9997.0]
    assert len(found) == 4
    assert values(run_dir)["obs_self_overflowed_total", "small_total"] == [9997.0]
    assert len(store._handles) < 10
    assert store.path.stat().st_size == log.CHUNK


def test_a_known_label_set_is_found_beyond_the_cap():
    store = Store.private()
    known = store.counter(SMALL, "0", "x")
    for i in range(10):
        store.counter(SMALL, str(i), "x")
    assert store.counter(SMALL, "0", "x") is known


def test_values_of_labels_are_bounded_and_printable(run_dir):
    store = Store.open(run_dir, IDENTITY)
    disconnects(store, "a\nb" + "x" * 1000).add()
    disconnects(store, "\ud800").add()
    routes = [key[1] for key in values(run_dir) if key[0] == "obs_request_disconnects_total"]
    assert all(route.isprintable() and len(route) <= 260 for route in routes)


def test_a_wrong_use_is_counted_and_does_not_raise(faults):
    store = Store.private()
    handle = store.counter(OBS_REQUEST_DISCONNECTS, "too", "many")
    handle.add(1.0)
    assert faults == {"metrics.store": 1}


def test_nothing_is_lost_over_four_threads(run_dir):
    store = Store.open(run_dir, IDENTITY)
    threads = [threading.Thread(target=_record, args=(store, 30_000)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _assert_recorded(values(run_dir), 120_000)


def _record(store, times):
    counter, histogram = disconnects(store), durations(store)
    for i in range(times):
        counter.add(1.0)
        histogram.observe(0.3)
        if not i % 1000:
            disconnects(store, f"/{threading.get_native_id()}/{i}").add(1.0)


def _assert_recorded(found, times):
    assert found["obs_request_disconnects_total", "/x"] == [times]
    assert found["http_server_request_duration_seconds", "/x", "GET", "200", ""][7] == times
    others = [cells for key, cells in found.items() if key[0] == "obs_request_disconnects_total" and key[1] != "/x"]
    assert len(others) == times // 1000
    assert all(cells == [1.0] for cells in others)


@pytest.mark.parametrize("patched", [False, True])
def test_nothing_is_lost_over_greenlets_and_native_threads(run_dir, patched):
    source = """
        from obs import native
        store = Store.open(RUN_DIR, IDENTITY)
        done = []
        def record():
            counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
            for i in range(20_000):
                counter.add(1.0)
                if not i % 500:
                    store.counter(OBS_REQUEST_DISCONNECTS, f"/{id(counter)}/{i}/{len(done)}").add(1.0)
                    time.sleep(0)
            done.append(1)
        def native_record():
            counter = store.counter(OBS_REQUEST_DISCONNECTS, "/x")
            for i in range(20_000):
                counter.add(1.0)
            done.append(1)
        threads = [threading.Thread(target=record) for _ in range(4)]
        for thread in threads: thread.start()
        native.start_thread(native_record); native.start_thread(native_record)
        for thread in threads: thread.join()
        while len(done) < 6: time.sleep(0.001)
    """
    run(source, run_dir, patched=patched)
    assert values(run_dir)["obs_request_disconnects_total", "/x"] == [120_000.0]


def test_a_signal_handler_may_register_at_any_moment(run_dir):
    """It never deadlocks and never breaks the log; what came in the middle of a registration is counted as such."""
    source = """
        store = Store.open(RUN_DIR, IDENTITY)
        hits = 0
        def handle(*_):
            global hits
            hits += 1
            store.counter(OBS_REQUEST_DISCONNECTS, f"/signal/{hits}").add(1.0)
        signal.signal(signal.SIGALRM, handle)
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
        made = 0
        while hits < 300 and made < 4000:
            made += 1
            store.counter(OBS_REQUEST_DISCONNECTS, f"/{made}").add(1.0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        store.counter(OBS_REQUEST_DISCONNECTS, "/last").add(1.0)
        print(made, hits)
    """
    made, hits = map(int, run(source, run_dir).split())
    found = values(run_dir)
    counted = sum(cells[0] for key, cells in found.items() if key[0] == "obs_request_disconnects_total")
    interrupted = found.get(("obs_self_overflowed_total", "(interrupted)"), [0.0])[0]
    assert counted + interrupted == made + hits + 1
    assert found["obs_self_torn_total",] == [0.0]


def test_a_label_that_registers_when_it_is_written_does_not_recur(run_dir):
    store = Store.open(run_dir, IDENTITY)

    class Label:
        def __str__(self):
            disconnects(store, "/inner").add(1.0)
            return "/outer"

    store.counter(OBS_REQUEST_DISCONNECTS, Label()).add(1.0)
    disconnects(store, "/next").add(1.0)
    found = values(run_dir)
    assert found["obs_request_disconnects_total", "/outer"] == [1.0]
    assert ("obs_request_disconnects_total", "/inner") not in found
    assert found["obs_self_overflowed_total", "(interrupted)"] == [1.0]


# -- where there is no room --


def test_a_full_disk_at_open_is_one_clear_line(run_dir, monkeypatch):
    monkeypatch.setattr(os, "posix_fallocate", _no_space)
    with pytest.raises(StoreError) as caught:
        Store.open(run_dir, IDENTITY)
    assert str(run_dir) in str(caught.value)
    assert "No space left on device" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(run_dir.iterdir())


def _no_space(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_later_costs_new_series_only(run_dir, monkeypatch, faults, caplog):
    store = Store.open(run_dir, IDENTITY)
    first = disconnects(store)
    monkeypatch.setattr(os, "posix_fallocate", _no_space)
    with caplog.at_level(logging.ERROR):
        for i in range(4000):
            disconnects(store, f"/{i}").add(1.0)
    first.add(5.0)
    found = values(run_dir)
    assert found["obs_request_disconnects_total", "/x"] == [5.0]
    assert 1000 < len([key for key in found if key[0] == "obs_request_disconnects_total"]) < 2000
    assert faults["metrics.store"] > 1000
    assert len(caplog.records) == 1
    monkeypatch.undo()
    disconnects(store, "/room again").add(1.0)
    assert values(run_dir)["obs_request_disconnects_total", "/room again"] == [1.0]


def test_a_limit_on_file_sizes_is_no_signal(run_dir):
    source = """
        import logging, resource
        logging.disable()
        store = Store.open(RUN_DIR, IDENTITY)
        resource.setrlimit(resource.RLIMIT_FSIZE, (80_000, 80_000))
        for i in range(2000):
            store.counter(OBS_REQUEST_DISCONNECTS, f"/{i}").add(1.0)
        from obs.errors import faults
        print(faults)
    """
    assert "metrics.store" in run(source, run_dir)
    assert values(run_dir)["obs_request_disconnects_total", "/0"] == [1.0]


def test_a_small_tmpfs_that_fills_up_is_no_signal(tmp_path):
    if os.geteuid() or os.system(f"mount -t tmpfs -o size=200k,mode=700 tmpfs {tmp_path} 2>/dev/null"):
        pytest.skip("mounting needs root")
    source = """
        import logging
        logging.disable()
        store = Store.open(RUN_DIR, IDENTITY)
        (RUN_DIR / "filler").write_bytes(bytes(60_000))
        for i in range(3000):
            store.counter(OBS_REQUEST_DISCONNECTS, f"/{i}").add(1.0)
            store.histogram(HTTP_SERVER_REQUEST_DURATION, f"/{i}", "GET", "200", "").observe(0.1)
        from obs.errors import faults
        child = os.fork()
        if not child:
            store.counter(OBS_REQUEST_DISCONNECTS, "/0").add(1000.0)
            os._exit(0)
        os.waitpid(child, 0)
        print(faults)
    """
    try:
        assert "metrics.store" in run(source, tmp_path / "run")
        assert values(tmp_path / "run")["obs_request_disconnects_total", "/0"] == [1.0]
    finally:
        os.system(f"umount {tmp_path}")


def test_the_address_range_has_an_end(monkeypatch, faults):
    monkeypatch.setattr(memory.Memory.__init__, "__defaults__", (64 << 10,))
    store = Store.private()
    for i in range(2000):
        durations(store, f"/{i}").observe(0.1)
    assert faults["metrics.store"] > 1000


# -- the folder --


def test_the_folder_is_private_and_so_are_the_files(run_dir):
    store = Store.open(run_dir, IDENTITY)
    assert run_dir.stat().st_mode & 0o777 == 0o700
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_a_folder_open_to_others_is_refused(run_dir):
    run_dir.mkdir(mode=0o700)
    run_dir.chmod(0o755)
    with pytest.raises(StoreError, match=r"0755.*chmod 700"):
        Store.open(run_dir, IDENTITY)


def test_a_link_or_a_file_is_refused(tmp_path, run_dir):
    (tmp_path / "real").mkdir(mode=0o700)
    run_dir.symlink_to(tmp_path / "real")
    with pytest.raises(StoreError, match="link"):
        Store.open(run_dir, IDENTITY)
    run_dir.unlink()
    run_dir.write_text("")
    with pytest.raises(StoreError, match="not a folder"):
        Store.open(run_dir, IDENTITY)


@pytest.mark.skipif(os.geteuid() != 0, reason="giving a folder away needs root")
def test_another_users_folder_is_refused(run_dir):
    run_dir.mkdir(mode=0o700)
    os.chown(run_dir, 12345, 12345)
    with pytest.raises(StoreError, match="belongs to user 12345"):
        Store.open(run_dir, IDENTITY)


def test_a_folder_that_can_not_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file/run.*OBS_RUNTIME_DIR"):
        Store.open(tmp_path / "file" / "run", IDENTITY)


# -- moving --


def test_what_was_recorded_before_there_was_a_file_is_kept(run_dir):
    store = Store.private()
    handle = disconnects(store)
    handle.add(3)
    store.attach(run_dir, IDENTITY)
    handle.add(4)
    assert values(run_dir)["obs_request_disconnects_total", "/x"] == [7.0]


def test_a_store_that_leaves_its_file_begins_at_zero(run_dir):
    store = Store.open(run_dir, IDENTITY)
    handle = disconnects(store)
    handle.add(3)
    store.detach()
    store.detach()
    handle.add(100)
    assert store.path is None
    assert values(run_dir)["obs_request_disconnects_total", "/x"] == [3.0]
    assert handle.cells[handle.index] == 100
    store.attach(run_dir, IDENTITY)
    assert values(run_dir)["obs_request_disconnects_total", "/x"] == [103.0]
    assert len(files(run_dir)) == 2


def test_a_failed_move_leaves_a_working_private_store(run_dir, monkeypatch):
    store = Store.private()
    handle = disconnects(store)
    handle.add(3)
    monkeypatch.setattr(os, "posix_fallocate", _no_space)
    with pytest.raises(StoreError):
        store.attach(run_dir, IDENTITY)
    handle.add(4)
    assert handle.cells[handle.index] == 7
    monkeypatch.undo()
    store.attach(run_dir, IDENTITY)
    assert values(run_dir)["obs_request_disconnects_total", "/x"] == [7.0]


def test_a_store_that_nobody_holds_gives_its_addresses_back():
    before = _mapped()
    for _ in range(20):
        durations(Store.private()).observe(0.1)
    assert _mapped() - before < 10 * memory.RESERVED


def _mapped():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[0]) * 4096


def test_exemplars_are_kept_by_bucket_and_overwritten(run_dir, monkeypatch):
    monkeypatch.setattr(handles, "FRESH", 0.0)
    store = Store.open(run_dir, IDENTITY)
    for i in range(50):
        durations(store).exemplar(0.3, i, i)
    durations(store).exemplar(5.0, 0xABC, 0xDEF)
    found = {which: ex for (_, which), ex in Reader(run_dir).snapshot(exemplars=True).examples.items()}
    assert found[7].labels == {"trace_id": f"{49:032x}", "span_id": f"{49:016x}"}
    assert found[11].labels["trace_id"] == f"{0xABC:032x}"
    assert found[11].value == 5.0


def test_a_fresh_exemplar_stays_a_while_for_writing_one_is_dear(run_dir, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(handles, "monotonic", lambda: now[0])
    store = Store.open(run_dir, IDENTITY)

    def seen(trace_id):
        durations(store).exemplar(0.3, trace_id, 1)
        (found,) = Reader(run_dir).snapshot(exemplars=True).examples.values()
        return int(found.labels["trace_id"], 16)

    assert [seen(1), seen(2)] == [1, 1]
    now[0] += handles.FRESH
    assert seen(3) == 3


def test_exemplars_of_a_lost_series_go_nowhere(faults):
    store = Store.private()
    store.histogram(HTTP_SERVER_REQUEST_DURATION, "wrong").exemplar(0.3, 1, 1)
    assert faults == {"metrics.store": 1}


def test_the_places_for_exemplars_are_bounded(run_dir, monkeypatch):
    monkeypatch.setattr("obs.metrics.store.MAX_EXEMPLARS", 3)
    store = Store.open(run_dir, IDENTITY)
    for value in (0.001, 0.03, 0.3, 3.0, 30.0):
        durations(store).exemplar(value, 1, 1)
    assert len(store._exemplars) == 3
