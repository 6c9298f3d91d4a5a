"""The API of an incident file: the answers that it holds, and nothing to record."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from obs.host.live import incident
from obs.host.live.answer import Answer, download, of_json
from obs.host.live.refused import Refused
from obs.host.live.request import Request
from obs.host.live.site import Endpoint
from obs.host.live.stream import Places, Stream, event


class Archive:
    """Answers as :class:`obs.host.live.api.Api` does, from a file's content."""

    def __init__(self, content: dict[str, Any], path: Path) -> None:
        self._content, self._path = content, path
        self._answers: dict[str, Any] = content["answers"]
        self._places = Places()

    def gets(self) -> Mapping[str, Endpoint]:
        """By path."""
        return {
            "/api/state": lambda _: of_json(self.state()),
            "/api/now": lambda _: of_json(self._answers["now"]),
            "/api/history": lambda request: of_json(self.of("history", request.query.get("work", ""))),
            "/api/sparklines": self.sparklines,
            "/api/work": lambda request: of_json(self.of("work", request.query.get("name", ""))),
            "/api/loop": lambda _: of_json(self._answers["loop"]),
            "/api/greenlets": lambda _: of_json(self._answers["greenlets"]),
            "/api/slow": lambda request: of_json(self.slow(request)),
            "/api/trace": lambda request: of_json(self.trace(request.query.get("id", "").lower())),
            "/api/profiles": lambda _: of_json(self.profiles()),
            "/api/profile": lambda request: of_json(self.of("profile", request.query.get("id", ""))),
            "/api/profile/download": nothing_recorded,
            "/api/incident": lambda _: download(incident.packed(self._content), self._path.name, "application/gzip"),
            "/api/events": lambda request: Stream(self, self._places, request.connection).answer(),
        }

    def posts(self) -> Mapping[str, Endpoint]:
        return {"/api/profile": nothing_recorded, "/api/profile/stop": nothing_recorded}

    def state(self) -> dict[str, Any]:
        saved = {"at": self._content.get("saved"), "file": self._path.name, "obs": self._content.get("obs")}
        return self._answers["state"] | {"mode": "file", "saved": saved | {"seconds": 900.0}}

    def of(self, part: str, name: str) -> Any:
        """One of the answers in ``part``. Raises Refused."""
        try:
            return self._answers[part][name]
        except (KeyError, TypeError):
            raise Refused(404, "the file has nothing of that", "it holds what there was when it was saved") from None

    def sparklines(self, request: Request) -> Answer:
        """A point for three of each course, as the live API has it."""
        from obs.host.live.api import SPARKS, mean, threes

        now, found, t0 = self._answers["now"], {}, 0.0
        names = [each["name"] for each in now.get("works", [])]
        for text in request.query.get("works", "").split(",")[:SPARKS]:
            course = (
                self._answers["history"].get(names[int(text)]) if text.isdecimal() and int(text) < len(names) else None
            )
            if course:
                t0, fields = course["t0"], course["fields"]
                found[text] = {"rate": threes(fields["rate"], mean), "p99": threes(fields["p99"], max)}
        return of_json({"generation": now.get("generation"), "t0": t0, "step": 15.0, "points": found})

    def slow(self, request: Request) -> dict[str, Any]:
        work, trace, kind = (request.query.get(name, "") for name in ("work", "trace", "kind"))
        items = [
            item
            for item in self._answers["slow"].get("items", [])
            if work in ("", item["work"]) and item["trace"].startswith(trace.lower())
            if kind in ("", item["kept"], item["kind"])
        ]
        return self._answers["slow"] | {"items": items[: request.whole("limit", 200, 1, 1000)]}

    def trace(self, name: str) -> Any:
        """By a trace's id, or a work's."""
        for trace, found in self._answers["trace"].items():
            if name == trace or any(name == item["id"] for item in found.get("items", [])):
                return found
        raise Refused(404, "the file has no such trace", "it holds what there was when it was saved")

    def profiles(self) -> dict[str, Any]:
        found = self._answers["profile"].values()
        return {
            "items": [{name: part for name, part in each.items() if name not in ("page", "notes")} for each in found]
        }

    def opened(self, client: str) -> None:
        """Nobody has to know."""

    def closed(self, client: str) -> None:
        """Nobody has to know."""

    def events(self, seconds: float) -> Iterator[bytes]:
        """All of it at once, and then nothing."""
        now = dict(self._answers["now"])
        yield event("works", {"generation": now.get("generation"), "works": now.pop("works", [])})
        yield event("now", now | {"full": True}, 1)
        while True:
            time.sleep(seconds)
            yield b""


def nothing_recorded(_: Request) -> Answer:
    raise Refused(409, "this is a file: nothing can be recorded", "open the live view of the service")
