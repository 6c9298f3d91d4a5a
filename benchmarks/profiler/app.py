"""What is profiled: five endpoints whose greenlets take turns, each of which burns in a function of its own.

``PROFILER_PEER`` names the profiler that runs inside it, if any, and ``PROFILER_PARKED`` how many greenlets are parked
beside the load.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import gevent
from flask import Flask
from gevent.event import Event

from benchmarks.profiler import peers

app = Flask(__name__)
BODY = json.dumps([{"id": number, "tags": list(range(10))} for number in range(200)])
FOR_EVER = Event()


def compute(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


@app.get("/search")
def view_search() -> str:
    compute(0.003)
    gevent.sleep(0.004)
    compute(0.002)
    return "found"


@app.get("/export")
def view_export() -> str:
    compute(0.008)
    return "exported"


@app.get("/users/<int:number>")
def view_user(number: int) -> str:
    gevent.sleep(0.002)
    compute(0.001)
    return f"user {number}"


@app.get("/parse")
def view_parse() -> str:
    for _ in range(4):
        json.loads(BODY)
        gevent.sleep(0.001)
    return "parsed"


@app.get("/fan")
def view_fan() -> str:
    """Its children burn, each in a greenlet of its own."""
    gevent.joinall([gevent.spawn(child_of_fan) for _ in range(3)])
    return "fanned"


def child_of_fan() -> None:
    gevent.sleep(0.001)
    compute(0.0015)


@app.get("/small")
def view_small() -> str:
    """For the load of the slowdown: some 100 µs of Python, and nothing to wait for."""
    return json.dumps({"numbers": list(range(300))})


@app.get("/short")
def view_short() -> str:
    """The same, with something to wait for."""
    gevent.sleep(0.002)
    return "slept"


for _ in range(int(os.environ.get("PROFILER_PARKED", "0"))):
    gevent.spawn(FOR_EVER.wait)
peers.begin(os.environ.get("PROFILER_PEER", ""), app)
if "PROFILER_PID" in os.environ:
    Path(os.environ["PROFILER_PID"]).write_text(str(os.getpid()))
