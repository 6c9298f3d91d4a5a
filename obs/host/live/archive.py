"""The API of an incident file: the answers that it holds, and nothing to record."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from obs.host.live import incident
from obs.host.live.answer import Answer, download, of_json
from obs.host.live.api import SPARKS
from obs.host.live.history import threes
from obs.host.live.refused import Refused
from obs.host.live.request import Request, accepted
from obs.host.live.site import Endpoints
from obs.host.live.stream import Places, Stream, event

FINDINGS = ("findings", "findings_of")


class Archive:
    """Answers as :class:`obs.host.live.api.Api` does, from a file's content."""

    def __init__(self, content: dict[str, Any], path: Path) -> None:
        self._content, self._path = content, path
        self._answers: dict[str, Any] = content["answers"]
        self._places = Places()

    def endpoints(self) -> Endpoints:
        """By method and part."""
        answers = self._answers
        return {
            "GET": {
                "state": lambda _, __: of_json(self.state()),
                "now": lambda _, __: of_json(answers["now"]),
                "findings": lambda _, __: of_json({name: answers["now"].get(name) for name in FINDINGS}),
                "history": lambda request, _: of_json(self.of("history", request.query.get("work", ""))),
                "sparklines": lambda request, _: of_json(self.sparklines(request)),
                "work": lambda request, _: of_json(self.of("work", request.query.get("name", ""))),
                "loop": lambda _, __: of_json(answers["loop"]),
                "greenlets": lambda _, __: of_json(answers["greenlets"]),
                "slow": lambda request, _: of_json(self.slow(request)),
                "slow/": lambda _, below: of_json(self.request(below.lower())),
                "profile": lambda _, __: of_json(self.profiles()),
                "profile/": lambda _, below: of_json(self.of("profile", below)),
                "incident": lambda _, __: download(incident.packed(self._content), self._path.name, "application/gzip"),
                "events": lambda request, _: Stream(self, self._places, request.connection).answer(accepted(request)),
            },
            "POST": {"profile": nothing_recorded},
            "DELETE": {"profile/": nothing_recorded},
        }

    def state(self) -> dict[str, Any]:
        about = {"mode": "file", "saved_at": self._content.get("saved"), "file": self._path.name}
        return {**self._answers["state"], **about}

    def of(self, part: str, name: str) -> Any:
        """One of the answers in ``part``. Raises Refused."""
        try:
            return self._answers[part][name]
        except (KeyError, TypeError):
            raise Refused(404, "the file has nothing of that", "it holds what there was when it was saved") from None

    def sparklines(self, request: Request) -> dict[str, Any]:
        """A point for three of each course, as the live API has it."""
        names, history = [each["name"] for each in self._answers["now"].get("works", [])], self._answers["history"]
        places = [text for text in request.query.get("works", "").split(",")[:SPARKS] if text.isdecimal()]
        named = {text: names[int(text)] for text in places if len(text) < 9 and int(text) < len(names)}
        return {text: threes(history[name]["rate"]) for text, name in named.items() if name in history}

    def slow(self, request: Request) -> dict[str, Any]:
        work, trace, kind = (request.query.get(name, "") for name in ("work", "trace", "kind"))
        items = [
            item
            for item in self._answers["slow"].get("items", [])
            if work in ("", item["work"]) and item["trace"].startswith(trace.lower())
            if kind in ("", item["why"], item["kind"])
        ]
        return {**self._answers["slow"], "items": items[: request.whole("limit", 200, 1, 1000)]}

    def request(self, name: str) -> Any:
        """By a work's id, or its trace's."""
        for id_, found in self._answers["request"].items():
            if name in (id_, found.get("trace")):
                return found
        raise Refused(404, "the file has no such trace", "it holds what there was when it was saved")

    def profiles(self) -> dict[str, Any]:
        found = self._answers["profile"].values()
        return {
            "items": [{name: part for name, part in each.items() if name not in ("data", "notes")} for each in found]
        }

    def opened(self, client: str, address: str) -> None:
        """Nobody has to know."""

    def closed(self, client: str) -> None:
        """Nobody has to know."""

    def events(self, seconds: float) -> Iterator[bytes]:
        """All of it at once, and then nothing."""
        now = dict(self._answers["now"])
        yield event("works", {"generation": now.get("generation"), "works": now.pop("works", [])})
        yield event("now", now, 1)
        while True:
            time.sleep(seconds)
            yield b""


def nothing_recorded(_: Request, __: str) -> Answer:
    raise Refused(409, "this is a file: nothing can be recorded", "open the live view of the service")
