"""A service without ``obs run``: serves some requests, spawning while it does, and says what became of its spans.

``target_export.py gevent|threads REQUESTS``: prints a JSON line, then exits as a service does.
"""

import json
import sys
import time

GEVENT = sys.argv[1] == "gevent"
if GEVENT:
    from gevent import monkey

    monkey.patch_all()

import flask  # noqa: E402
from opentelemetry import trace  # noqa: E402

import obs  # noqa: E402

obs.instrument()
app = flask.Flask("target")


@app.get("/")
def view() -> str:
    trace.get_tracer("a library").start_span("child").end()
    time.sleep(0.001)
    return "ok"


def main() -> None:
    client = app.test_client()
    slowest = 0.0
    for _ in range(int(sys.argv[2])):
        started = time.perf_counter()
        assert client.get("/", buffered=True).data == b"ok"
        slowest = max(slowest, time.perf_counter() - started)
    hubs = 0
    if GEVENT:
        import gc

        import gevent.hub

        hubs = sum(isinstance(thing, gevent.hub.Hub) for thing in gc.get_objects())
    imported = sorted({"requests", "urllib3", "opentelemetry.exporter.otlp.proto.http"} & sys.modules.keys())
    print(json.dumps({"slowest": slowest, "hubs": hubs, "imported": imported, "at": time.monotonic()}), flush=True)


main()
