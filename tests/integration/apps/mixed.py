"""Five endpoints, each with one place where its time goes."""

import json
import time

import gevent
from flask import Flask
from gevent import monkey

app = Flask(__name__)
BODY = json.dumps([{"id": number, "tags": list(range(10))} for number in range(300)])
unpatched_sleep = monkey.get_original("time", "sleep")


def compute(seconds):
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


def decode():
    return json.loads(BODY)


@app.get("/burn")
def burn():
    compute(0.004)
    return "burnt"


@app.get("/long")
def long():
    compute(0.04)
    return "burnt"


@app.get("/json")
def parse():
    for _ in range(5):
        decode()
    return "parsed"


@app.get("/sleep")
def sleep():
    gevent.sleep(0.02)
    return "slept"


@app.get("/held")
def held():
    unpatched_sleep(0.004)
    return "held"


@app.get("/victim/<int:number>")
def victim(number):
    gevent.sleep(0.001)
    return "served"


@app.get("/poll")
def poll():
    """Parked for longer than any window."""
    gevent.sleep(60)
    return "polled"


@app.get("/hang")
def hang():
    """Holds the GIL for some ten seconds."""
    import re

    re.match(r"(a+)+$", "a" * 28 + "b")
    return "hung"
