"""A host that serves the page and tells a :class:`Story`: for what no real service can show a browser."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from obs.host.live.page import FILES
from obs.profiling.options import EVERYTHING
from obs.profiling.render import html
from tests.host.live.page.story import Story
from tests.profiling.sessions import chat

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""As strict as the real host's."""


class Host(ThreadingHTTPServer):
    """Serves ``story`` until it is closed; ``recordings`` are those begun and not stopped."""

    daemon_threads = True

    def __init__(self, story: Story, tick: float = 0.3) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.story, self.tick = story, tick
        self.down = False
        """Whether it answers nobody."""
        self.recordings: dict[str, float] = {}
        self.stopped: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, *_: Any) -> None:
        """A browser that leaves is nothing."""


@contextmanager
def serving(story: Story, tick: float = 0.3) -> Iterator[Host]:
    host = Host(story, tick)
    thread = threading.Thread(target=host.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield host
    finally:
        host.down = True
        host.shutdown()
        host.server_close()
        thread.join()


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Host

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.server.down:
            return
        address = urlsplit(self.path)
        if address.path in FILES:
            file = FILES[address.path]
            self.reply(file.path.read_bytes(), file.type)
        elif address.path == "/api/events":
            self.events()
        else:
            self.answer(address.path, dict(parse_qsl(address.query)))

    def do_POST(self) -> None:
        which = f"r{len(self.server.recordings)}"
        self.server.recordings[which] = time.monotonic()
        self.json({"id": which, "state": "running", "progress": 0, "left": 1})

    def do_DELETE(self) -> None:
        self.server.stopped.append(self.path.rpartition("/")[2])
        self.json({})

    def answer(self, path: str, asked: Mapping[str, str]) -> None:
        found = self.found(path.removeprefix("/api/"), asked)
        self.json(found) if found is not None else self.json({"error": f"There is no {path}."}, 404)

    def found(self, name: str, asked: Mapping[str, str]) -> Any:
        story = self.server.story
        if name.startswith("slow/"):
            return story.request(name[5:])
        if name.startswith("profile/"):
            return self.profile(name[8:])
        answers: dict[str, Callable[[], Any]] = {
            "state": story.state,
            "history": lambda: story.history(asked.get("work", "")),
            "sparklines": lambda: story.sparklines([int(n) for n in asked["works"].split(",")]),
            "work": lambda: story.work(asked["name"]),
            "slow": lambda: {"items": [each for each in story.kept() if asked.get("trace", "") in each["trace"]]},
            "loop": story.loop,
            "greenlets": story.greenlets,
            "now": story.now,
        }
        return answers[name]() if name in answers else None

    def profile(self, which: str) -> Any:
        passed = time.monotonic() - self.server.recordings[which]
        if passed < 1:
            return {"state": "running", "progress": passed, "left": 1 - passed}
        return {"state": "done", "progress": 1, "data": html.content(chat(), EVERYTHING)}

    def events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.event("works", self.server.story.names())
        while not self.server.down:
            self.event("now", self.server.story.now())
            time.sleep(self.server.tick)

    def event(self, name: str, data: Any) -> None:
        self.wfile.write(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())

    def json(self, data: Any, status: int = 200) -> None:
        self.reply(json.dumps(data).encode(), "application/json", status)

    def reply(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)
