from __future__ import annotations

import errno
import gzip
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import prometheus_client
import pytest
from prometheus_client.exposition import choose_encoder
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from obs.metrics.catalog import CATALOG, HTTP_SERVER_ACTIVE_REQUESTS, OBS_BUILD_INFO
from obs.metrics.collector import Collector
from obs.metrics.exposition import metrics_wsgi, of_run, of_store
from obs.metrics.listening import Listening
from obs.metrics.metric import Metric
from obs.metrics.reader import Reader
from obs.metrics.records import MULTIPROC_DIR, clean
from obs.metrics.store import Identity, Store
from tests.metrics.running import IDENTITY, disconnects, durations, files

OPENMETRICS = "application/openmetrics-text;version=1.0.0"
ACCEPTS = ["", "text/plain;version=0.0.4", "text/plain;version=1.0.0;escaping=allow-utf-8", OPENMETRICS]
LABELS = {"service": "chat", "env": "prod", "version": "1.2.3"}
NASTY = 'a"b\\c\nd é, {e="f"} # 1'


@pytest.fixture
def store(run_dir):
    store = Store.open(run_dir, IDENTITY)
    disconnects(store, "/x").add(3)
    disconnects(store, NASTY).add(1234567.5)
    store.gauge(HTTP_SERVER_ACTIVE_REQUESTS, "GET").add(2)
    store.gauge(OBS_BUILD_INFO, "abc").set(1)
    store.histogram(Metric("summary_like", "summary", "A summary.")).cells[:0]  # described, never filled
    for value in (0.003, 0.3, 0.3, 99.0):
        durations(store).observe(value)
    durations(store).exemplar(0.3, 0xABC, 0xDEF)
    store.gauge(Metric("temperature", "gauge", "Below zero.")).set(-1e300)
    store.gauge(Metric("limit_bytes", "gauge", "Has no end.")).set(float("inf"))
    store.counter(Metric("dotted.name_total", "counter", "A name that only newer formats can say.")).add(5)
    return store


def baked(run_dir, accept=""):
    headers, body = of_run(run_dir).bake({"HTTP_ACCEPT": accept})
    return dict(headers), body.decode()


def samples(text, accept=""):
    parse = parse_openmetrics if "openmetrics" in accept else parse_text
    return {
        (family.type, sample.name, tuple(sorted(sample.labels.items()))): (sample.value, sample.exemplar)
        for family in parse(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("accept", ACCEPTS)
def test_it_says_the_same_as_prometheus_client_would(run_dir, store, accept):
    encoder, content_type = choose_encoder(accept)
    headers, text = baked(run_dir, accept)
    reader = Reader(run_dir, listening=Listening())  # other tests may listen in this process
    theirs = encoder(Collector(reader.snapshot(exemplars=True))).decode()
    assert headers["Content-Type"] == content_type
    assert _stable(text) == _stable(theirs)


def _stable(text):
    """Lines without what changes from one moment to the next, their labels in one order."""
    moving = ("process_", "# HELP process_", "# TYPE process_", "# UNIT process_")
    return sorted("".join(sorted(line)) for line in text.split("\n") if not line.startswith(moving))


@pytest.mark.parametrize("accept", ["", OPENMETRICS])
def test_it_can_be_parsed_and_every_series_says_whose_it_is(run_dir, store, accept):
    _, text = baked(run_dir, accept)
    found = samples(text, accept)
    assert all(LABELS.items() <= set(labels) for _, _, labels in found)
    labels = tuple(sorted({**LABELS, "http_route": clean(NASTY)}.items()))
    assert found["counter", "obs_request_disconnects_total", labels][0] == 1234567.5
    assert found["gauge", "temperature", tuple(sorted(LABELS.items()))][0] == -1e300


def test_a_histogram_is_cumulative_and_has_its_sum(run_dir, store):
    found = samples(baked(run_dir)[1])
    buckets = {dict(labels)["le"]: v for (_, name, labels), (v, _) in found.items() if name.endswith("seconds_bucket")}
    assert list(buckets)[-1] == "+Inf"
    assert buckets["0.005"] == 1
    assert buckets["0.5"] == 3
    assert buckets["10.0"] == 3
    assert buckets["+Inf"] == 4
    assert all(a <= b for a, b in pairwise(buckets.values()))
    (total,) = [v for (_, name, _), (v, _) in found.items() if name == "http_server_request_duration_seconds_sum"]
    assert total == pytest.approx(99.603)


def test_a_histogram_of_values_below_zero_has_no_sum(run_dir, store):
    """As with prometheus_client: a sum that falls would read as a restart."""
    store.histogram(Metric("depth", "histogram", "Below zero too.", buckets=(-1.0, 0.0))).observe(-0.5)
    names = {name for _, name, _ in samples(baked(run_dir)[1])}
    assert "depth_count" in names
    assert "depth_sum" not in names


def test_exemplars_are_in_openmetrics_only(run_dir, store):
    found = samples(baked(run_dir, OPENMETRICS)[1], OPENMETRICS)
    exemplars = [exemplar for _, exemplar in found.values() if exemplar]
    assert [e.labels for e in exemplars] == [{"trace_id": f"{0xABC:032x}", "span_id": f"{0xDEF:016x}"}]
    assert exemplars[0].value == 0.3
    assert "trace_id" not in baked(run_dir)[1]


def test_units_are_said_in_openmetrics(run_dir, store):
    assert "# UNIT http_server_request_duration_seconds seconds\n" in baked(run_dir, OPENMETRICS)[1]


def test_a_scrape_may_be_compressed(run_dir, store):
    headers, body = of_run(run_dir).bake({"HTTP_ACCEPT_ENCODING": "gzip"})
    assert dict(headers)["Content-Encoding"] == "gzip"
    assert b"obs_request_disconnects_total" in gzip.decompress(body)


def test_a_scrape_may_ask_for_names(run_dir, store):
    environ = {"QUERY_STRING": "name[]=obs_build_info&name[]=nothing"}
    _, body = of_run(run_dir).bake(environ)
    assert {name for _, name, _ in samples(body.decode())} == {"obs_build_info"}


def test_any_number_of_formats_is_served_from_bounded_memory(run_dir, store):
    exposition = of_run(run_dir)
    for i in range(50):
        _, body = exposition.bake({"HTTP_ACCEPT": f"application/openmetrics-text;version=1.{i}.0"})
        assert body.endswith(b"# EOF\n")
    assert len(exposition._lines) <= 8


def test_a_scrape_folds_what_died(run_dir):
    for _ in range(3):
        disconnects(store := Store.open(run_dir, IDENTITY)).add(1)
        store.detach()
    assert "obs_request_disconnects_total{" in baked(run_dir)[1]
    assert files(run_dir) == ["folded.obs"]


def test_a_scrape_on_a_full_disk_counts_the_dead_one_by_one(run_dir, monkeypatch, faults):
    disconnects(store := Store.open(run_dir, IDENTITY)).add(1)
    store.detach()
    monkeypatch.setattr(Path, "write_bytes", _no_space)
    assert (
        'obs_request_disconnects_total{env="prod",http_route="/x",service="chat",version="1.2.3"} 1.0'
        in baked(run_dir)[1]
    )
    assert faults == {"metrics.fold": 1}


def _no_space(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_definitions_that_contradict_each_other_make_no_double_series(run_dir):
    one = Metric("mine", "histogram", "Mine.", buckets=(1.0, 2.0))
    two = Metric("mine", "histogram", "Mine.", buckets=(3.0,))
    three = Metric("mine", "gauge", "Mine.")
    stores = [Store.open(run_dir, IDENTITY) for _ in range(3)]
    stores[0].histogram(one).observe(1.5)
    stores[1].histogram(two).observe(1.5)
    stores[2].gauge(three).set(1.5)
    lines = [line for line in baked(run_dir)[1].split("\n") if line.startswith("mine")]
    assert len({line.rpartition(" ")[0] for line in lines}) == len(lines)
    assert len([line for line in baked(run_dir)[1].split("\n") if line.startswith("# TYPE mine")]) == 1


def test_two_versions_side_by_side_are_told_apart(run_dir):
    stores = [Store.open(run_dir, Identity("chat", "prod", version)) for version in ("1", "2")]
    for store in stores:
        disconnects(store).add(1)
    found = samples(baked(run_dir, OPENMETRICS)[1], OPENMETRICS)
    assert len([name for _, name, _ in found if name == "obs_request_disconnects_total"]) == 2


def test_the_wsgi_app_answers_any_path_and_only_get(run_dir, store):
    app = metrics_wsgi(run_dir)
    assert _get(app, "GET")[0] == "200 OK"
    status, headers, body = _get(app, "HEAD")
    assert (status, body) == ("200 OK", b"")
    assert int(headers["Content-Length"]) > 1000
    assert _get(app, "POST")[0].startswith("405")


def _get(app, method):
    answer = []
    body = b"".join(app({"REQUEST_METHOD": method, "PATH_INFO": "/metrics"}, lambda *args: answer.extend(args)))
    return answer[0], dict(answer[1]), body


def test_it_can_be_printed(run_dir, store):
    command = [sys.executable, "-W", "error", "-m", "obs.metrics.exposition", str(run_dir), "--accept", OPENMETRICS]
    printed = subprocess.run(command, capture_output=True, check=True, text=True)
    assert printed.stdout.endswith("# EOF\n")
    assert samples(printed.stdout, OPENMETRICS)


def test_a_store_without_a_folder_can_be_exposed(store):
    _, body = of_store(store).bake({})
    assert b"obs_request_disconnects_total{" in body


def test_every_metric_of_the_catalog_can_be_exposed(run_dir):
    store = Store.open(run_dir, IDENTITY)
    for metric in CATALOG:
        store.counter(metric, *("x" for _ in metric.labels))
    for accept in ACCEPTS:
        _, text = baked(run_dir, accept)
        assert all(metric.name.removesuffix("_total") in text for metric in CATALOG)
    assert samples(baked(run_dir, OPENMETRICS)[1], OPENMETRICS)


def test_what_a_service_keeps_in_prometheus_clients_own_mode_is_exposed(run_dir, store, tmp_path, faults):
    source = (
        "import prometheus_client as p; p.Counter('theirs', 'Theirs.', ['l']).labels('a').inc(3)\n"
        "p.Gauge('their_gauge', 'Theirs.', multiprocess_mode='max').set(2)"
    )
    folder = tmp_path / "multiproc"
    folder.mkdir()
    env = {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    subprocess.run([sys.executable, "-c", source], env=env, check=True)
    store.note(MULTIPROC_DIR, str(folder))
    store.note("something else", "1")
    for accept in ("", OPENMETRICS):
        found = samples(baked(run_dir, accept)[1], accept)
        assert found["counter", "theirs_total", tuple(sorted({**LABELS, "l": "a"}.items()))][0] == 3
        assert found["gauge", "their_gauge", tuple(sorted(LABELS.items()))][0] == 2
    store.note(MULTIPROC_DIR, str(tmp_path / "missing"))
    assert samples(baked(run_dir)[1])
    assert faults == {"metrics.multiproc": 1}


def test_prometheus_client_is_new_enough():
    assert prometheus_client.exposition.choose_encoder
