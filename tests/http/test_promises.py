"""SLIs of requests: each counts once, good or bad, for every promise that its route has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Target = Callable[..., None]

TOML = """
[http]
long_lived = ["/poll"]
[[feature]]
name = "shop"
team = "sales"
routes = ["/a*", "/poll", "/sse"]
[[slo]]
name = "shop-up"
feature = "shop"
objective = 99.9
[[slo]]
name = "shop-fast"
feature = "shop"
objective = 99
latency = "5s"
[[slo]]
name = "all"
routes = ["*"]
team = "platform"
objective = 99.9
[[slo]]
name = "unused"
routes = ["POST /never"]
team = "platform"
objective = 99.9
"""

SLIS = """
import time
def slis():
    "{slo: (all, bad, in progress)}, without those at zero."
    from obs.metrics.reader import Reader
    reader = Reader(active.store().run_dir)
    found = {}
    for key, cells in reader.snapshot().series.items():
        if key.metric.name.startswith("obs_sli_"):
            found.setdefault(key.labels[0], {})[key.metric.name] = cells[0]
    reader.close()
    names = ("obs_sli_total", "obs_sli_errors_total", "obs_sli_active")
    rows = {slo: tuple(int(row[name]) for name in names) for slo, row in found.items()}
    return {slo: row for slo, row in rows.items() if any(row)}
"""


@pytest.fixture
def shop(target: Target, tmp_path: Path) -> Target:
    """``target`` with the promises of TOML, and ``slis()``."""
    (tmp_path / "obs.toml").write_text(TOML)
    return lambda program: target(SLIS + program, OBS_CONFIG=str(tmp_path / "obs.toml"))


def test_every_promise_is_there_at_zero_before_the_first_request(shop: Target) -> None:
    shop("""
found = {line for line in of_run(active.store().run_dir).bake({})[1].decode().splitlines() if line.startswith("obs_sl")}
for slo, feature, team, ratio in [("shop-up", "shop", "sales", "0.999"), ("shop-fast", "shop", "sales", "0.99"),
                                  ("all", "", "platform", "0.999"), ("unused", "", "platform", "0.999")]:
    labels = f'env="",feature="{feature}",service="unknown_service",slo="{slo}"'
    for name in ("obs_sli_total", "obs_sli_errors_total", "obs_sli_active"):
        assert f'{name}{{{labels},version=""}} 0.0' in found, (name, found)
    assert f'obs_slo_objective_ratio{{{labels},team="{team}",version=""}} {ratio}' in found, found
assert len(found) == 16
""")


def test_good_bad_and_late(shop: Target) -> None:
    """A 5xx and an escaped exception are bad, a 4xx is good, a fast error is no fast success."""
    shop("""
@app.get("/a/<what>")
def a(what):
    # A request that began so long ago, without a test that sleeps.
    obs.current().started -= {"slow": 1.0, "late": 5.1, "later": 9.0}.get(what, 0.0)
    if what == "bug": raise LookupError
    return what, {"missing": 404, "broken": 503}.get(what, 200)
@app.get("/b")
def b(): return "b"
for what in ("ok", "slow", "late", "later", "bug", "missing", "broken"): ask(f"/a/{what}")
ask("/b"); ask("/nothing")
assert slis() == {"shop-up": (7, 2, 0), "shop-fast": (7, 4, 0), "all": (9, 2, 0)}, slis()
""")


def test_in_progress_from_the_match_to_the_close(shop: Target) -> None:
    """Also for what is matched later, or never: a promise about everything has it from the beginning."""
    shop("""
@app.before_request
def seen(): during.append(slis())
@app.get("/a")
def a():
    during.append(slis())
    return Response(iter([b"x"]))
class Early:
    def __init__(self, app): self.app = app
    def __call__(self, *args):
        during.append(slis())
        return self.app(*args)
app.wsgi_app = Early(app.wsgi_app)
during = []
body, status, _ = run_wsgi_app(app, create_environ("/a"))
during.append(slis())
list(body); body.close() if hasattr(body, "close") else None
all_of_it = {"shop-up": (0, 0, 1), "shop-fast": (0, 0, 1), "all": (0, 0, 1)}
assert during == [{"all": (0, 0, 1)}, all_of_it, all_of_it, all_of_it], during
assert slis() == {"shop-up": (1, 0, 0), "shop-fast": (1, 0, 0), "all": (1, 0, 0)}, slis()
""")


def test_a_client_that_left_counts_for_nothing(shop: Target) -> None:
    shop("""
@app.get("/a")
def a(): return Response(iter([b"x", b"y"]))
from werkzeug.test import create_environ
result = app(create_environ("/a"), lambda status, headers, exc_info=None: None)
next(iter(result)); result.close()
assert sum(metrics("obs_request_disconnects_total").values()) == 1
assert slis() == {}, slis()
""")


def test_what_lives_long_has_no_latency_and_is_bad_only_if_it_failed(shop: Target) -> None:
    shop("""
@app.get("/poll")
def poll():
    during.append(slis())
    obs.current().started -= 9.0
    return "x"
@app.get("/sse")
def sse():
    return Response((b"data: x\\n\\n" for _ in range(9)), mimetype="text/event-stream")
@app.get("/a/broken-socket")
def socket(): raise LookupError
during = []
ask("/poll")
result = app(create_environ("/sse"), lambda status, headers, exc_info=None: None)
steps = iter(result)
next(steps); during.append(slis()); next(steps); result.close()
up = create_environ("/a/broken-socket", headers={"Upgrade": "websocket"})
run_wsgi_app(app, up, buffered=True)
assert during == [{}, {"shop-up": (1, 0, 0), "all": (1, 0, 0)}], during
assert slis() == {"shop-up": (3, 1, 0), "all": (3, 1, 0)}, slis()
""")


def test_an_application_without_routes_is_counted_by_what_is_about_everything(shop: Target) -> None:
    shop("""
def plain(environ, start_response):
    during.append(slis())
    start_response("500 No" if environ["PATH_INFO"] == "/bad" else "200 OK", [])
    return [b""]
during = []
served = obs.instrument(plain)
for path in ("/a", "/bad"): run_wsgi_app(served, create_environ(path))
assert during == [{"all": (0, 0, 1)}, {"all": (1, 0, 1)}], during
assert slis() == {"all": (2, 1, 0)}, slis()
""")


def test_requests_opened_by_hand_count_alike(shop: Target) -> None:
    shop("""
for status in ("", "404", "502"):
    with obs.work("request", "GET /a") as work:
        work.status = status
        if not status: assert slis() == {slo: (0, 0, 1) for slo in ("shop-up", "shop-fast", "all")}
try:
    with obs.work("request", "GET /a"): raise LookupError
except LookupError: pass
assert slis() == {"shop-up": (4, 2, 0), "shop-fast": (4, 2, 0), "all": (4, 2, 0)}, slis()
""")


def test_what_was_in_progress_in_a_killed_process_is_bad_once(shop: Target) -> None:
    """Before and after its file is folded; and what it had counted stays."""
    shop("""
import signal
from obs.metrics.fold import fold
@app.get("/a/<what>")
def a(what):
    if what == "last": os.kill(os.getpid(), signal.SIGKILL)
    return what
ask("/a/first")
child = os.fork()
if not child:
    ask("/a/ok"); ask("/a/last")
    os._exit(0)
os.waitpid(child, 0)
expected = {"shop-up": (3, 1, 0), "shop-fast": (3, 1, 0), "all": (3, 1, 0)}
assert slis() == expected, slis()
assert fold(active.store().run_dir) == 1
assert slis() == expected, slis()
ask("/a/next")
assert slis() == {slo: (4, 1, 0) for slo in expected}
""")


def test_what_is_in_progress_when_obs_is_turned_off_is_not_bad(shop: Target) -> None:
    """The process leaves its file and lives on."""
    shop("""
from obs.metrics.reader import Reader
@app.get("/a")
def a():
    handle.uninstrument()
    return "a"
folder = None
@app.before_request
def before():
    global folder
    folder = active.store().run_dir
ask("/a")
reader = Reader(folder)
found = {key.labels[0]: cells for key, cells in reader.snapshot().series.items() if key.metric.name == "obs_sli_total"}
assert set(map(tuple, found.values())) == {(0.0,)}, found
""")
