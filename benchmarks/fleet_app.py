"""An application of ``PLAN_ROUTES`` routes, for the benchmark `plan`: a tenth of them fail now and then."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from flask import Flask

FAILING = 10
"""Each tenth route answers 404, too: when it is asked for number 0."""


def create_app(routes: int) -> Flask:
    app = Flask(__name__)
    for number in range(routes):
        app.add_url_rule(f"/resources-of-kind-{number:04}/<int:id>", f"resource_{number}", view(number))
    return app


def view(number: int) -> Callable[[int], tuple[str, int]]:
    def resource(id: int) -> tuple[str, int]:  # noqa: A002  Flask passes it by this name
        if number % FAILING == 0 and id == 0:
            return "none", 404
        time.sleep(0.001)
        return "one", 200

    return resource


app = create_app(int(os.environ.get("PLAN_ROUTES", "10")))
