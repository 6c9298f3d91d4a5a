from __future__ import annotations

import json

import prometheus_client
import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary, generate_latest
from prometheus_client.values import MutexValue

from obs.metrics import user_metrics, values
from obs.metrics.exposition import of_run, of_store
from obs.metrics.store import Store
from tests.metrics.running import IDENTITY, run

HERE = 'env="prod",service="chat",version="1.2.3"'


@pytest.fixture
def registry(monkeypatch):
    """Stands for the default registry, which other tests must not be left with metrics in."""
    monkeypatch.setattr(prometheus_client, "REGISTRY", found := CollectorRegistry())
    return found


@pytest.fixture
def store(run_dir, registry):
    yield (found := Store.open(run_dir, IDENTITY))
    values.uninstall()
    assert found.before_child == []


def used(registry, n=1.0):
    """One metric of each kind, with and without labels, and exemplars."""
    made = {
        "counter": Counter("c", "C.", registry=registry),
        "labelled": Counter("l", "L.", ["a", "b"], registry=registry),
        "gauge": Gauge("g", "G.", ["a"], registry=registry, multiprocess_mode="max"),
        "summary": Summary("s", "S.", ["a"], registry=registry),
        "histogram": Histogram("h", "H.", ["a"], registry=registry, buckets=(0.1, 1, 10)),
    }
    use(made, n)
    return made


def use(made, n=1.0):
    made["counter"].inc(n, exemplar={"trace_id": "abc"})
    made["labelled"].labels("x", 'y"\n').inc(n)
    made["gauge"].labels("x").inc(n)
    made["gauge"].labels("x").dec(0.5)
    made["gauge"].labels("y").set(n)
    made["summary"].labels("x").observe(n)
    made["histogram"].labels("x").observe(n, exemplar={"trace_id": "def"})
    made["histogram"].labels("x").observe(99)


def exposed(store, accept=""):
    body = of_run(store.run_dir).bake({"HTTP_ACCEPT": accept})[1].decode()
    return [line for line in body.split("\n") if line[:2] in ("c_", "l_", "g{", "s_", "h_")]


def answer(registry):
    """What the service's own endpoint says, without the times of creation, which differ by registry."""
    return [line for line in generate_latest(registry).decode().split("\n") if "_created" not in line]


def test_the_services_own_endpoint_answers_as_before(registry, store):
    plain = CollectorRegistry()
    expected = used(plain)
    values.install(prometheus_client, store)
    made = used(registry)
    assert answer(registry) == answer(plain)
    use(made, 0.25)
    values.uninstall()
    use(expected, 0.25)
    assert answer(registry) == answer(plain)


def test_metrics_made_before_are_moved_with_their_values_and_back(registry, store):
    made = used(registry)
    before = generate_latest(registry)
    values.install(prometheus_client, store)
    assert generate_latest(registry) == before
    use(made)
    assert 'c_total{env="prod",service="chat",version="1.2.3"} 2.0' in exposed(store)
    during = generate_latest(registry)
    values.uninstall()
    assert generate_latest(registry) == during
    assert isinstance(made["counter"]._value, MutexValue)
    assert isinstance(made["histogram"].labels("x")._buckets[0], MutexValue)
    assert made["counter"]._value.get_exemplar().labels == {"trace_id": "abc"}


def test_installing_is_exactly_undone_and_twice_is_once(registry, store):
    before = prometheus_client.values.ValueClass
    values.install(prometheus_client, store)
    once = prometheus_client.values.ValueClass
    assert once is not before
    values.install(prometheus_client, store)
    assert prometheus_client.values.ValueClass is once
    values.uninstall()
    values.uninstall()
    assert prometheus_client.values.ValueClass is before


def test_exemplars_are_exposed(registry, store):
    values.install(prometheus_client, store)
    used(registry)
    lines = exposed(store, "application/openmetrics-text")
    assert len([line for line in lines if ' # {trace_id="abc"} 1.0 ' in line and line.startswith("c_total")]) == 1
    assert len([line for line in lines if ' # {trace_id="def"} 1.0 ' in line and 'le="1.0"' in line]) == 1


def test_a_counter_that_is_reset_does_not_go_back_for_readers(registry, store):
    values.install(prometheus_client, store)
    counter = Counter("c", "C.", registry=registry)
    counter.inc(5)
    counter.reset()
    counter.inc(2)
    assert "c_total 2.0" in answer(registry)
    assert exposed(store) == [f"c_total{{{HERE}}} 7.0"]


def test_labels_that_are_removed_take_their_gauge_with_them_and_leave_their_counts(registry, store):
    values.install(prometheus_client, store)
    made = used(registry)
    made["gauge"].remove("x")
    made["labelled"].clear()
    assert [line for line in exposed(store) if line[0] == "g"] == [f'g{{a="y",{HERE}}} 1.0']
    assert [line for line in exposed(store) if line[0] == "l"] == [f'l_total{{a="x",b="y\\"\\\\x0a",{HERE}}} 1.0']
    made["labelled"].labels("x", 'y"\n').inc(3)
    made["gauge"].labels("x").inc(3)
    assert 'l_total{a="x",b="y\\"\\n"} 3.0' in answer(registry)
    assert [line for line in exposed(store) if line[0] == "l"] == [f'l_total{{a="x",b="y\\"\\\\x0a",{HERE}}} 4.0']
    assert f'g{{a="x",{HERE}}} 3.0' in exposed(store)


def test_clearing_and_setting_again_does_not_fill_the_memory(registry, store):
    values.install(prometheus_client, store)
    made = used(registry)
    end = store._log.end
    for _ in range(500):
        for name in ("gauge", "labelled", "summary", "histogram"):
            made[name].clear()
        use(made)
    assert store._log.end == end


def test_a_gauge_that_is_nan_is_left_out(registry, store):
    values.install(prometheus_client, store)
    Gauge("g", "G.", ["a"], registry=registry, multiprocess_mode="sum").labels("x").set(float("nan"))
    assert exposed(store) == []


def test_beyond_the_cap_the_service_sees_its_own_and_readers_the_sum(registry, store, monkeypatch):
    monkeypatch.setattr(user_metrics, "CAP", 2)
    values.install(prometheus_client, store)
    counter = Counter("c", "C.", ["a"], registry=registry)
    histogram = Histogram("h", "H.", ["a"], registry=registry, buckets=(1,))
    gauge = Gauge("g", "G.", ["a"], registry=registry)
    for i in range(5):
        counter.labels(i).inc(i)
        histogram.labels(i).observe(i)
        gauge.labels(i).set(i)
    assert 'c_total{a="4"} 4.0' in answer(registry)
    assert 'h_sum{a="4"} 4.0' in answer(registry)
    assert 'g{a="4"} 4.0' in answer(registry)
    lines = exposed(store)
    assert f'c_total{{a="__overflow__",{HERE}}} 9.0' in lines
    assert f'h_bucket{{a="__overflow__",{HERE},le="1.0"}} 0.0' in lines
    assert f'h_count{{a="__overflow__",{HERE}}} 3.0' in lines
    assert f'h_sum{{a="__overflow__",{HERE}}} 9.0' in lines
    assert len([line for line in lines if line[0] == "g"]) == 2


def test_prometheus_clients_own_multiprocess_mode_is_left_alone(registry, store, monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    before = prometheus_client.values.ValueClass
    values.install(prometheus_client, store)
    assert prometheus_client.values.ValueClass is before


def test_a_fault_of_ours_falls_back_to_theirs(registry, store, monkeypatch, faults):
    values.install(prometheus_client, store)
    monkeypatch.setattr(user_metrics, "Slot", None)
    plain = CollectorRegistry()
    used(plain)
    used(registry)
    assert answer(registry) == answer(plain)
    assert faults["metrics.values"] > 0


def test_without_a_folder_they_are_exposed_from_memory(registry):
    store = Store.private(IDENTITY)
    values.install(prometheus_client, store)
    try:
        used(registry)
        assert f"c_total{{{HERE}}} 1.0" in of_store(store).bake({})[1].decode()
    finally:
        values.uninstall()


# -- over processes --


@pytest.mark.parametrize("patched", [False, True])
def test_they_are_merged_over_forked_processes(run_dir, patched):
    source = """
        import prometheus_client
        from prometheus_client import *
        from obs import native
        from obs.metrics import active, values
        before = Counter("before", "Made before.", ["a"])
        before.labels("x").inc(1)
        store = active.store(); store.attach(RUN_DIR, IDENTITY)
        values.install(prometheus_client)
        counter = Counter("c", "C.")
        histogram = Histogram("h", "H.", buckets=(1,))
        modes = "all liveall max livemax min livemin sum livesum mostrecent livemostrecent".split()
        gauges = {mode: Gauge("g_" + mode, "G.", multiprocess_mode=mode) for mode in modes}
        def use(n):
            before.labels("x").inc(n); counter.inc(n); histogram.observe(n, exemplar={"trace_id": str(n)})
            for gauge in gauges.values(): gauge.set(n)
        use(5)
        def own():
            return {line.split(" ")[0]: float(line.split(" ")[1])
                    for line in generate_latest(REGISTRY).decode().split("\\n") if line and line[0] in "bcgh"}
        close, waitpid = native.original("os", "close"), native.original("os", "waitpid")
        ready, write = os.pipe(); wait, go = os.pipe()
        children = []
        for n in (3, 7):
            child = os.fork()
            if not child:
                # what the service's endpoint says in a child: as it was in the parent, then its own
                assert own()["c_total"] == 5 and own()["g_max"] == 5 and own()["h_sum"] == 5, own()
                use(n)
                assert own()['before_total{a="x"}'] == 6 + n and own()["c_total"] == 5 + n and own()["g_sum"] == n
                assert own()["h_count"] == 2 and own()["h_sum"] == 5 + n
                os.write(write, b"x"); close(go); os.read(wait, 1); os._exit(0)
            children.append(child)
            os.read(ready, 1)
        from obs.metrics.exposition import of_run
        def exposed():
            body = of_run(RUN_DIR).bake({})[1].decode().replace('env="prod",', "").replace('service="chat",', "")
            body = body.replace('version="1.2.3"', "").replace(",}", "}").replace("{}", "").replace(",,", ",")
            for i, child in enumerate([os.getpid(), *children]): body = body.replace(f'pid="{child}"', f"pid{i}")
            return {line.split(" ")[0]: float(line.split(" ")[1])
                    for line in body.split("\\n") if line and line[0] in "bcgh"}
        alive = exposed()
        close(go)
        for child in children: waitpid(child, 0)
        print(json.dumps([alive, exposed()]))
    """
    alive, dead = json.loads(run(source, run_dir, patched=patched))
    counted = {'before_total{a="x"}': 16, "c_total": 15, "h_count": 3, "h_sum": 15, 'h_bucket{le="1.0"}': 0}
    for found in alive, dead:
        assert {
            name: found[name.replace("{le", "{,le")] if "{le" in name else found[name] for name in counted
        } == counted
    assert {name: value for name, value in alive.items() if name.startswith("g_all{")} == {
        "g_all{pid0}": 5,
        "g_all{pid1}": 3,
        "g_all{pid2}": 7,
    }
    assert {name: value for name, value in dead.items() if "all{" in name} == {"g_all{pid0}": 5, "g_liveall{pid0}": 5}
    expected = {"max": (7, 7), "min": (3, 3), "sum": (15, 15), "mostrecent": (7, 7)}
    for mode, (while_alive, when_dead) in expected.items():
        assert alive["g_" + mode] == alive["g_live" + mode] == while_alive
        assert dead["g_" + mode] == when_dead
        assert dead["g_live" + mode] == 5
