"""A service of two teams: a route burns CPU, another waits, a job is opened by hand. What each uses, it says itself."""

import time

import flask

import obs

app = flask.Flask(__name__)
used = {"burn": 0.0, "upkeep": 0.0}


def burn(name: str, seconds: float) -> str:
    """Use that much CPU of this thread, and remember how much it was."""
    start = time.thread_time()
    while time.thread_time() - start < seconds:
        pass
    used[name] += time.thread_time() - start
    return ""


@app.get("/burn")
def view() -> str:
    return burn("burn", 0.02)


@app.get("/wait")
def wait() -> str:
    time.sleep(0.02)
    return ""


@app.get("/upkeep")
def upkeep() -> str:
    with obs.work("job", "upkeep.sweep"):
        return burn("upkeep", 0.02)


@app.get("/used")
def told() -> dict[str, float]:
    return used
