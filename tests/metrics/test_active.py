from __future__ import annotations

import gc
import json
import logging
from types import SimpleNamespace

import pytest

from obs import errors
from obs.metrics import active, garbage
from obs.metrics.catalog import OBS_REQUEST_DISCONNECTS
from tests.metrics.running import disconnects, files, run, values


@pytest.fixture(autouse=True)
def _own_store(monkeypatch):
    monkeypatch.setattr(active, "store", lambda found=active.Store.private(): found)  # noqa: B008
    yield
    active.deactivate()


@pytest.fixture
def config(tmp_path):
    return SimpleNamespace(
        service="chat",
        env="prod",
        version="1.2.3",
        commit="abc",
        team="chat-core",
        slos=(),
        runtime_dir=tmp_path / "runtime",
        run_dir=None,
    )


def test_the_store_is_the_same_before_and_after(config):
    before = active.store()
    disconnects(before).add(1)
    store = active.activate(config)
    assert store is before
    disconnects(store).add(1)
    found = values(store.run_dir)
    assert found["obs_request_disconnects_total", "/x"] == [2.0]
    assert found["obs_build_info", "abc"] == found["obs_service_info", "chat-core"] == [1.0]


def test_activating_twice_is_once(config):
    path = active.activate(config).path
    assert active.activate(config).path == path
    assert len(files(path.parent)) == 1


def test_the_folder_is_the_runs_or_new_or_by_key(config, tmp_path):
    assert active.activate(config).run_dir.parent == config.runtime_dir
    first = active.store().run_dir
    active.deactivate()
    assert active.activate(config).run_dir != first
    active.deactivate()
    assert active.activate(config, key="k").run_dir == config.runtime_dir / "chat-k"
    active.deactivate()
    assert active.activate(config, key="k").run_dir == config.runtime_dir / "chat-k"
    active.deactivate()
    config.run_dir = tmp_path / "given"
    assert active.activate(config, key="k").run_dir == tmp_path / "given"


def test_a_service_of_any_name_has_a_folder(config):
    config.service = "../../etc/pass wd\n" + "x" * 500
    folder = active.activate(config).run_dir
    assert folder.parent == config.runtime_dir
    assert len(folder.name) < 100


def test_a_folder_that_can_not_be_used_is_one_line_and_the_service_starts(config, caplog):
    config.runtime_dir.mkdir(mode=0o700)
    config.runtime_dir.chmod(0o777)
    with caplog.at_level(logging.WARNING):
        store = active.activate(config)
    disconnects(store).add(1)
    (record,) = caplog.records
    assert str(config.runtime_dir) in record.getMessage()
    assert "chmod 700" in record.getMessage()
    assert store.path is None


def test_faults_are_counted(config):
    store = active.activate(config)
    for _ in range(2):
        try:
            raise RuntimeError
        except RuntimeError:
            errors.fault("a part")
    assert values(store.run_dir)["obs_self_errors_total", "a part"] == [2.0]


def test_deactivating_leaves_no_trace(config):
    callbacks, on_fault = gc.callbacks[:], errors.on_fault[:]
    store = active.activate(config)
    assert gc.callbacks != callbacks
    folder = store.run_dir
    active.deactivate()
    active.deactivate()
    assert (gc.callbacks, errors.on_fault) == (callbacks, on_fault)
    assert store.path is None
    assert values(folder)["obs_self_torn_total",] == [0.0]


def test_collections_are_counted_and_timed(config):
    store = active.activate(config)
    before = values(store.run_dir)["python_gc_collections_total", "2"][0]

    class Node:
        pass

    for _ in range(10):
        node = Node()
        node.self = node
    del node
    gc.collect()
    found = values(store.run_dir)
    assert found["python_gc_collections_total", "2"][0] >= before + 1
    assert found["python_gc_objects_collected_total", "2"][0] >= 10
    assert sum(found["python_gc_pause_seconds", "2"][:-1]) == found["python_gc_collections_total", "2"][0]
    assert found["python_gc_pause_seconds", "2"][-1] > 0


def test_the_watch_on_collections_makes_no_garbage_itself():
    watch = garbage.Watch(active.store())
    info = {"generation": 0, "collected": 1, "uncollectable": 0}
    watch("start", info)
    watch("stop", info)
    gc.disable()
    try:
        before = gc.get_count()[0]
        for _ in range(1000):
            watch("start", info)
            watch("stop", info)
        assert gc.get_count()[0] - before < 10
    finally:
        gc.enable()


def test_obs_own_processes_are_not_the_services_cost(config):
    store = active.activate(config, role="host")
    found = values(store.run_dir)
    assert found["obs_self_cpu_seconds_total",][0] > 0
    assert not [key for key in found if key[0].startswith(("process_", "python_gc"))]
    assert not any(isinstance(callback, garbage.Watch) for callback in gc.callbacks)


@pytest.mark.parametrize("patched", [False, True])
def test_workers_of_a_preloading_server_share_the_run(run_dir, patched):
    source = """
        from types import SimpleNamespace
        from obs.metrics import active
        folders = {"runtime_dir": RUN_DIR.parent, "run_dir": RUN_DIR}
        config = SimpleNamespace(service="chat", env="", version="", commit="", team="", slos=(), **folders)
        counter = active.store().counter(OBS_REQUEST_DISCONNECTS, "/x")
        active.activate(config)
        for _ in range(3):
            if not os.fork():
                active.activate(config)
                counter.add(1)
                import gc; gc.collect()
                os._exit(0)
            os.wait()
        found = {(k.metric.name, *k.labels): v for k, v in Reader(RUN_DIR).snapshot().series.items()}
        print(json.dumps([found["obs_request_disconnects_total", "/x"], found["python_gc_collections_total", "2"],
                          len(list(RUN_DIR.glob("*.obs")))]))
    """
    (counted,), (collections,), count = json.loads(run(source, run_dir, patched=patched))
    assert counted == 3
    assert collections >= 3
    assert count == 4


def test_the_catalog_is_what_the_store_knows(config):
    assert active.activate(config).counter(OBS_REQUEST_DISCONNECTS, "/x")
