"""A server that takes profiles as Pyroscope does: the name by its rules, the body by protobuf's own reader."""

from __future__ import annotations

import gzip
import http.server
import re
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tests.profiling.render.test_formats import labels, profile_class

# grafana/pyroscope, api/model/labelset/validate.go
SERVICE = re.compile(r"[a-zA-Z0-9_.\-/]+")
LABEL = re.compile(r"[a-zA-Z0-9_.]+")


class Pushed(NamedTuple):
    """One profile that was taken."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    service: str
    labels: dict[str, str]
    profile: Any

    def seconds(self) -> Counter[str]:
        """Seconds of the first sample type with ``cpu`` in its name, by the ``work`` label of the samples."""
        names = self.profile.string_table
        at = next(n for n, each in enumerate(self.profile.sample_type) if "cpu" in names[each.type])
        found: Counter[str] = Counter()
        for sample in self.profile.sample:
            found[str(dict(labels(self.profile, sample)).get("work", ""))] += sample.value[at] / 1e9
        return found

    def functions(self) -> set[str]:
        return {self.profile.string_table[each.name] for each in self.profile.function}

    def sample_labels(self) -> set[str]:
        return {name for sample in self.profile.sample for name, _ in labels(self.profile, sample)}


def parsed(name: str) -> tuple[str, dict[str, str]]:
    """As ``labelset.Parse``: a label ends at a comma or a closing brace. Raises ValueError as that does."""
    service, _, rest = name.partition("{")
    if not SERVICE.fullmatch(service.strip()):
        raise ValueError(f"invalid service name {service!r}")
    found = {}
    for pair in filter(None, re.split(r"[,}]", rest)):
        label, _, value = pair.partition("=")
        if not LABEL.fullmatch(label):
            raise ValueError(f"invalid label name {label!r}")
        found[label] = value
    return service, found


class Pyroscope:
    """Answers each request with the next of ``answers`` (a status), and then with 200."""

    def __init__(self, answers: Sequence[int] = ()) -> None:
        self.pushed: list[Pushed] = []
        self.requests = 0
        self.wrong: list[str] = []
        left = list(answers)
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.requests += 1
                status = left.pop(0) if left else server.take(self.path, dict(self.headers), body)
                self.send_response(status)
                if status in (301, 302, 307):
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "9")
                self.end_headers()
                self.wfile.write(b"no thanks" if status != 200 else b"thank you")

            def log_message(self, *args: Any) -> None: ...

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def take(self, target: str, headers: dict[str, str], body: bytes) -> int:
        parts = urlsplit(target)
        try:
            query = {name: value for name, (value,) in parse_qs(parts.query, strict_parsing=True).items()}
            service, found = parsed(query["name"])
            profile = profile_class()()
            profile.ParseFromString(gzip.decompress(body))
            self.pushed.append(Pushed(parts.path, query, headers, service, found, profile))
        except Exception as error:
            self.wrong.append(repr(error))
            return 400
        return 200

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
