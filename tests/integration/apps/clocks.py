"""A service that knows where its time goes. Each answer says what its handler truly did, in seconds: ``{"cpu": …}``."""

from __future__ import annotations

import sys
import time

from flask import Flask, jsonify

app = Flask(__name__)


def original_sleep(seconds: float) -> None:
    """Blocks the thread, patched or not."""
    monkey = sys.modules.get("gevent.monkey")
    (monkey.get_original("time", "sleep") if monkey else time.sleep)(seconds)


def burn(seconds: float) -> float:
    """Seconds for which the system let others run meanwhile: the loop was held, and no CPU used."""
    began, until = time.perf_counter(), time.thread_time() + seconds
    while time.thread_time() < until:
        pass
    return time.perf_counter() - began - seconds


@app.get("/sleep")
def sleep():
    time.sleep(0.1)
    return jsonify(wait=0.1)


@app.get("/burn")
def burning():
    return jsonify(cpu=0.1, held=burn(0.1))


@app.get("/held")
def held():
    began = time.perf_counter()
    original_sleep(0.1)
    return jsonify(held=time.perf_counter() - began)


@app.get("/nap")
def nap():
    """Ready after 20 ms, whoever holds the loop then."""
    before = time.perf_counter()
    time.sleep(0.02)
    return jsonify(wait=0.02, delay=time.perf_counter() - before - 0.02)


@app.get("/fan-out")
def fan_out():
    """50 ms in which all children sleep, then 10 times 10 ms in which one runs."""
    import gevent

    def child() -> float:
        time.sleep(0.05)
        return burn(0.01)

    children = [gevent.spawn(child) for _ in range(10)]
    gevent.joinall(children)
    return jsonify(wait=0.05, cpu=0.1, held=sum(each.value for each in children))


@app.get("/park/<int:many>")
def park(many: int):
    """``many`` greenlets that outlive the request and wait for good."""
    import gevent
    import gevent.event

    never = gevent.event.Event()
    for _ in range(many):
        gevent.spawn(never.wait)
    time.sleep(0)
    return jsonify()
