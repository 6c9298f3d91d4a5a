from __future__ import annotations

import pytest

from obs.metrics import active, app
from obs.metrics.store import Store
from tests.metrics.running import IDENTITY, disconnects, run

SCRAPE = """
from obs.metrics import active
from obs.metrics.app import metrics_app
store = active.store()
store.attach(RUN_DIR, IDENTITY)
store.counter(OBS_REQUEST_DISCONNECTS, "/x").add(3)
answer = []
def scrape():
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/metrics", "HTTP_ACCEPT": ACCEPT}
    answer.append(b"".join(metrics_app(environ, lambda *args: answer.extend(args))))
"""


@pytest.fixture
def store(monkeypatch):
    monkeypatch.setattr(active, "store", lambda: found)
    found = Store.private(IDENTITY)
    return found


def scraped(environ=None):
    answer = []
    body = b"".join(app.metrics_app({"REQUEST_METHOD": "GET", **(environ or {})}, lambda *args: answer.extend(args)))
    return answer[0], dict(answer[1]), body


def test_a_scrape_is_made_in_another_process(run_dir, store, monkeypatch, faults):
    store.attach(run_dir, IDENTITY)
    disconnects(store).add(3)
    monkeypatch.setattr(app, "_here", None)
    status, headers, body = scraped({"HTTP_ACCEPT": "application/openmetrics-text", "HTTP_ACCEPT_ENCODING": "gzip"})
    assert status == "200 OK"
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Type"].startswith("application/openmetrics-text")
    assert int(headers["Content-Length"]) == len(body)
    assert faults == {}


def test_the_query_is_passed_on(run_dir, store):
    store.attach(run_dir, IDENTITY)
    disconnects(store).add(3)
    _, _, body = scraped({"QUERY_STRING": "name[]=obs_processes"})
    assert b"obs_processes{" in body
    assert b"disconnects" not in body


@pytest.mark.parametrize("executable", ["", "/usr/bin/uwsgi", "/nowhere/python", "/bin/true-python"])
def test_if_it_can_not_be_it_is_made_here_and_counted(run_dir, store, monkeypatch, faults, executable):
    store.attach(run_dir, IDENTITY)
    disconnects(store).add(3)
    monkeypatch.setattr(app.sys, "executable", executable)
    _, _, body = scraped()
    assert b"obs_request_disconnects_total{" in body
    assert faults == {"metrics.app": 1}


def test_a_process_that_hangs_is_killed(run_dir, store, monkeypatch, faults):
    store.attach(run_dir, IDENTITY)
    monkeypatch.setattr(app, "TIMEOUT", 0.05)
    monkeypatch.setattr(app, "_command", lambda *_: ["/bin/sleep", "60"])
    assert scraped()[0] == "200 OK"
    assert faults == {"metrics.app": 1}


def test_without_a_folder_this_process_is_exposed(store, faults):
    disconnects(store).add(3)
    assert b"obs_request_disconnects_total{" in scraped()[2]
    assert faults == {}


def test_under_gevent_the_loop_goes_on_meanwhile(run_dir):
    source = (
        "ACCEPT = ''"
        + SCRAPE
        + """
import gevent
turns = 0
def tick():
    global turns
    while not answer:
        gevent.sleep(0.002)
        turns += 1
gevent.joinall([gevent.spawn(tick), gevent.spawn(scrape)], raise_error=True)
from obs.errors import faults
assert not faults, faults
assert b"obs_request_disconnects_total{" in answer[-1]
assert "prometheus_client" not in sys.modules and "ssl" not in [m for m in sys.modules if m.startswith("prom")]
print(turns)
"""
    )
    assert int(run(source, run_dir, patched=True)) > 5


@pytest.mark.parametrize("patched", [False, True])
def test_it_sees_every_process_that_shares_the_folder(run_dir, patched):
    source = (
        "ACCEPT = 'application/openmetrics-text'"
        + SCRAPE
        + """
if not os.fork():
    store.counter(OBS_REQUEST_DISCONNECTS, "/x").add(4)
    scrape()
    assert b"} 7.0" in answer[-1], answer
    os._exit(0)
os.wait()
scrape()
assert b"} 7.0" in answer[-1], answer
assert len(list(RUN_DIR.glob("*.obs"))) == 2
"""
    )
    run(source, run_dir, patched=patched)
