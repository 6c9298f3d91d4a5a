"""A service that turns obs on by itself and serves its own /metrics, as one without ``obs run`` does."""

from __future__ import annotations

import obs

obs.instrument()

from flask import Flask  # noqa: E402
from werkzeug.middleware.dispatcher import DispatcherMiddleware  # noqa: E402

flask_app = Flask(__name__)


@flask_app.get("/hello")
def hello() -> str:
    return "hello\n"


app = obs.instrument(DispatcherMiddleware(flask_app.wsgi_app, {"/metrics": obs.metrics_app}))
