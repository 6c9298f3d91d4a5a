"""Serves a run's metrics over WSGI, or prints them: ``python -m obs.metrics.exposition RUN_DIR``.

For the host process, and for a process of its own that :mod:`obs.metrics.app` starts: never on a service's loop.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder, gzip_accepted

from obs.errors import fault
from obs.metrics.collector import Collector
from obs.metrics.fold import fold
from obs.metrics.lines import Lines
from obs.metrics.listening import Listening
from obs.metrics.reader import Reader, of_image
from obs.metrics.snapshot import Snapshot
from obs.metrics.store import Store
from obs.metrics.wsgi import Headers, WSGIApp, wsgi

_MAX_FORMATS = 8
"""A client can ask for an OpenMetrics version of any name; Lines are kept for this many formats."""


class Exposition:
    """Bakes what a scrape gets. Keep it from scrape to scrape; it may be used by several threads."""

    def __init__(self, take: Callable[[bool], Snapshot]) -> None:
        """``take(exemplars)`` makes the snapshot to expose."""
        self._take = take
        self._lines: dict[Any, Lines] = {}
        self._lock = threading.Lock()

    def bake(self, environ: dict[str, Any]) -> tuple[Headers, bytes]:
        """Headers and body for the request: its Accept, Accept-Encoding and ``name[]`` are honoured."""
        encoder, content_type = choose_encoder(environ.get("HTTP_ACCEPT") or "")
        names = parse_qs(environ.get("QUERY_STRING") or "").get("name[]")
        with self._lock:
            body = self._encode(encoder, names)
        headers = [("Content-Type", content_type)]
        if gzip_accepted(environ.get("HTTP_ACCEPT_ENCODING") or ""):
            headers.append(("Content-Encoding", "gzip"))
            # Level 9, the default, takes 5 times as long for a tenth less.
            body = gzip.compress(body, compresslevel=3)
        return headers, body

    def _encode(self, encoder: Callable[..., bytes], names: list[str] | None) -> bytes:
        lines = self._lines_of(encoder)
        collector = Collector(self._take(lines.shows_exemplars))
        if not names:
            return lines.encode(collector)
        registry = CollectorRegistry(auto_describe=True)
        registry.register(collector)
        return encoder(registry.restricted_registry(names))

    def _lines_of(self, encoder: Callable[..., bytes]) -> Lines:
        how = (encoder.func, *encoder.keywords.items()) if isinstance(encoder, partial) else encoder
        if how not in self._lines:
            if len(self._lines) >= _MAX_FORMATS:
                self._lines.clear()
            self._lines[how] = Lines(encoder)
        return self._lines[how]


def of_run(run_dir: Path) -> Exposition:
    """The metrics of a run folder. Each scrape folds what died since the last."""
    reader = Reader(run_dir, listening=Listening())

    def take(exemplars: bool) -> Snapshot:  # noqa: FBT001  it is the one argument of a callback
        try:
            fold(run_dir)
        except OSError:  # a full disk: the dead are read one by one until there is room
            fault("metrics.fold")
        return reader.snapshot(exemplars=exemplars)

    return Exposition(take)


def of_store(store: Store) -> Exposition:
    """The metrics of one store alone, for a process that has no run folder."""
    return Exposition(lambda _: of_image(store.image()))


def metrics_wsgi(run_dir: Path) -> WSGIApp:
    """The WSGI app of a run's metrics, rendered in place: for the host process."""
    return wsgi(of_run(run_dir).bake)


def main(argv: list[str] | None = None) -> None:
    """Print a run's metrics: a line of JSON with the headers first if ``--headers``, then the body."""
    parser = argparse.ArgumentParser(prog="python -m obs.metrics.exposition", description=main.__doc__)
    parser.add_argument("run_dir", type=Path)
    parser.add_argument("--accept", default="")
    parser.add_argument("--accept-encoding", default="")
    parser.add_argument("--query", default="", help="as in a URL: name[]=up&name[]=down")
    parser.add_argument("--headers", action="store_true")
    options = parser.parse_args(argv)
    environ = {
        "HTTP_ACCEPT": options.accept,
        "HTTP_ACCEPT_ENCODING": options.accept_encoding,
        "QUERY_STRING": options.query,
    }
    headers, body = of_run(options.run_dir).bake(environ)
    if options.headers:
        sys.stdout.buffer.write(json.dumps(headers).encode() + b"\n")
    sys.stdout.buffer.write(body)


if __name__ == "__main__":
    main()
