"""A service with one route that never answers."""

from __future__ import annotations

import threading

from flask import Flask

app = Flask("hang")


@app.get("/hang")
def hang():
    threading.Event().wait(600)
    return "late"


@app.get("/well")
def well():
    return "well"
