"""Where Alertmanager sends what it has to say: a server of this process that remembers it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """One alert of one message."""

    receiver: str
    """The path of the URL that it came to: whose webhook."""
    firing: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


class Webhook:
    """Listens on :attr:`url` until :meth:`close`."""

    def __init__(self) -> None:
        self.heard: list[Told] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.heard.extend(told(self.path.strip("/"), alert) for alert in message["alerts"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def last(self, name: str, labels: Mapping[str, str]) -> Told | None:
        """The newest that was said of the alert ``name`` with these labels among its own."""
        wanted = {"alertname": name, **labels}
        alike = [one for one in self.heard if wanted.items() <= one.labels.items()]
        return alike[-1] if alike else None


def told(receiver: str, alert: Mapping[str, Any]) -> Told:
    return Told(receiver, alert["status"] == "firing", alert["labels"], alert["annotations"])
