"""The servers that obs wraps applications for: what each calls is wrapped where the server takes it up.

Outside every middleware, so that what middleware answers is measured too. A server that isn't here is no loss for a
Flask application (Flask's own call is wrapped); another application goes through ``obs.instrument(app)``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from obs.http.wsgi import Serving, wrap
from obs.patches import Patch


def gunicorn(module: ModuleType, serving: Serving) -> list[Patch]:
    """Every WSGI worker: sync, gthread, gevent, gevent_pywsgi, tornado; not ASGI, which loads for itself."""
    return [Patch(module.Worker, "load_wsgi", partial(_load_wsgi, serving))]


def gevent_pywsgi(module: ModuleType, serving: Serving) -> list[Patch]:
    return [Patch(module.WSGIServer, "__init__", partial(_takes_app, serving, 1, "application"))]


def werkzeug(module: ModuleType, serving: Serving) -> list[Patch]:
    """``flask run`` and ``app.run()``."""
    return [Patch(module.BaseWSGIServer, "__init__", partial(_takes_app, serving, 2, "app"))]


def wsgiref(module: ModuleType, serving: Serving) -> list[Patch]:
    return [Patch(module.WSGIServer, "set_app", partial(_takes_app, serving, 0, "application"))]


SERVERS: tuple[tuple[str, Callable[[ModuleType, Serving], list[Patch]]], ...] = (
    ("gunicorn.workers.base", gunicorn),
    ("gevent.pywsgi", gevent_pywsgi),
    ("werkzeug.serving", werkzeug),
    ("wsgiref.simple_server", wsgiref),
)
"""By the module that holds the server's class."""


def _load_wsgi(serving: Serving, original: Any) -> Any:
    def load_wsgi(self: Any) -> None:
        original(self)
        self.wsgi = wrap(self.wsgi, serving)

    return load_wsgi


def _takes_app(serving: Serving, position: int, keyword: str, original: Any) -> Any:
    """Wraps the application among a method's arguments; ``position`` counts from the one after ``self``."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if keyword in kwargs:
            kwargs[keyword] = wrap(kwargs[keyword], serving)
        elif len(args) > position:
            args = (*args[:position], wrap(args[position], serving), *args[position + 1 :])
        return original(self, *args, **kwargs)

    return method
