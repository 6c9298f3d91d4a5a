"""The API of a run that is alive: which path is answered by what. docs/live-api.md is its schema."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from obs.host.live import incident
from obs.host.live.answer import Answer, download, of_json
from obs.host.live.history import POINTS, STEP, TOTAL, History
from obs.host.live.moment import Moment
from obs.host.live.notes import notes
from obs.host.live.profiles import Profiles, options, renderer, whole
from obs.host.live.refused import Refused
from obs.host.live.request import Request
from obs.host.live.site import Endpoint
from obs.host.live.stream import Places, Stream, event
from obs.host.live.text import short, tidy
from obs.host.live.traces import Traces
from obs.host.live.views import greenlets, loop, now, queues, slow, work
from obs.host.live.watch import Watch
from obs.host.run import Run
from obs.profiling.render.renderers import RENDERERS
from obs.profiling.session import VIEWS

SCHEMA = 1
"""Another number is another API."""

PATIENCE = 10.0
"""Seconds that a request waits for the first look."""

SPARKS, SPARK_POINTS = 60, 60
"""Works of one request for sparklines; the points go back as many steps of three."""


class Api:
    """Answers from what ``watch`` has seen; ``traces`` is None where traces are off."""

    def __init__(self, run: Run, restarts: int, pid: int, watch: Watch, traces: Traces | None) -> None:
        self._run, self._watch, self._traces = run, watch, traces
        self._host = {"pid": pid, "restarts": restarts}
        self._began = time.time()
        self._places = Places()
        self._clients: set[str] = set()
        self.profiles = Profiles(run.folder)

    def gets(self) -> Mapping[str, Endpoint]:
        """By path."""
        return {
            "/api/state": lambda _: of_json(self.state()),
            "/api/now": lambda _: of_json(self.now()),
            "/api/history": lambda request: of_json(self.history(request.query.get("work", TOTAL))),
            "/api/sparklines": lambda request: of_json(self.sparklines(request)),
            "/api/work": lambda request: of_json(self.work(request.query.get("name", ""))),
            "/api/loop": lambda _: of_json(loop.loop(self.moment(), self._watch.busy)),
            "/api/greenlets": lambda request: of_json(self.greenlets(request)),
            "/api/slow": lambda request: of_json(self.slow(request)),
            "/api/trace": lambda request: of_json(self.trace(request.query.get("id", ""))),
            "/api/profiles": lambda _: of_json({"items": [each.head() for each in self.profiles.all()]}),
            "/api/profile": lambda request: of_json(whole(self.profiles.get(request.query.get("id", "")))),
            "/api/profile/download": self.download,
            "/api/incident": lambda _: self.incident(),
            "/api/events": self.events_of,
        }

    def posts(self) -> Mapping[str, Endpoint]:
        return {"/api/profile": self.record, "/api/profile/stop": self.stop}

    def moment(self) -> Moment:
        """The newest; the first request waits for it. Raises Refused."""
        self._watch.asked()
        if self._watch.moment is None:
            self._watch.wait(0, PATIENCE)
        if self._watch.moment is None:
            raise Refused(503, self._watch.ended or "the first look at the run is not done yet", "try again")
        return self._watch.moment

    def state(self) -> dict[str, Any]:
        config, run = self._run.config, self._run
        return tidy(
            {
                "schema": SCHEMA,
                "obs": version("obs"),
                "mode": "live",
                "service": config.service,
                "env": config.env,
                "version": config.version,
                "run": run.folder.name,
                "began": self.began(),
                "now": time.time(),
                "host": self._host,
                "interval": self._watch.interval,
                "history": {"seconds": POINTS * STEP, "step": STEP},
                "saved": None,
                "settings": {
                    "slow": config.slow,
                    "block": config.block,
                    "block_log": config.block_log,
                    "trace_ratio": config.sampler.ratio,
                    "accounting": config.accounting,
                    "agent": config.agent,
                },
                "formats": [each.ending for each in RENDERERS],
                "views": list(VIEWS),
                "notes": notes(self._watch.moment, config, traces=self._traces is not None),
            }
        )

    def began(self) -> float:
        """When the oldest process of the service started."""
        members = self.moment().now.members
        return min((member.since for member in members if member.kind == "service"), default=self._began)

    def now(self) -> dict[str, Any]:
        moment = self.moment()
        rows = now.rows(moment, self._watch.roster.places)
        return self.tick(moment) | {
            "works": list(self._watch.roster.works),
            "rows": [[at, *cells] for at, cells in sorted(rows.items())],
            "full": True,
        }

    def tick(self, moment: Moment) -> dict[str, Any]:
        """All of the view but works and rows."""
        return now.whole(moment, self._watch.interval) | {
            "generation": self._watch.roster.generation,
            "queues": queues.queues(moment, self._watch.backlogs),
            "findings": [tidy(each.as_json()) for each in self._watch.findings],
        }

    def history(self, name: str) -> dict[str, Any]:
        self._watch.asked()
        return {"work": short(name) or None, **self._watch.history.of(self._watch.roster.full(name))}

    def sparklines(self, request: Request) -> dict[str, Any]:
        """Of the works at the places that are asked for; refused if those are of another list."""
        roster, wanted = self._watch.roster, request.query.get("works", "").split(",")
        places = [int(text) for text in wanted if text.isascii() and text.isdecimal() and len(text) < 9][:SPARKS]
        found = {}
        for place in places:
            name = roster.name(place)
            if name is not None:
                found[str(place)] = thinned(self._watch.history, name)
        blank = self._watch.history.of(TOTAL, fields=())
        return {"generation": roster.generation, "t0": blank["t0"], "step": STEP * 3, "points": found}

    def work(self, name: str) -> dict[str, Any]:
        moment, name = self.moment(), self._watch.roster.full(name)
        found = work.work(moment, name)
        if found is None:
            raise Refused(404, "no such work in this run", "/api/now lists them")
        mine = [each for each in self._watch.findings if name in each.works]
        return found | {
            "findings": [tidy(each.as_json()) for each in mine],
            "slow": tidy(self._traces.items(short(name), limit=20)) if self._traces else [],
            "history": self.history(name),
        }

    def greenlets(self, request: Request) -> dict[str, Any]:
        pid = request.whole("pid", 0, 0, 2**31)
        return greenlets.greenlets(self._run.folder, pid or None)

    def slow(self, request: Request) -> dict[str, Any]:
        query = request.query
        limit = request.whole("limit", 200, 1, 1000)
        return slow.slow(
            self._traces, query.get("work", ""), query.get("trace", "").lower(), query.get("kind", ""), limit
        )

    def trace(self, name: str) -> dict[str, Any]:
        found = self._traces.find(name.lower()) if self._traces else None
        if found is None:
            raise Refused(404, "no such trace is kept here", "only the slow, the failed and the newest sampled are")
        return slow.trace(found, self._watch.moment)

    def download(self, request: Request) -> Answer:
        found = self.profiles.get(request.query.get("id", ""))
        chosen = renderer(request.query.get("format", ".html"))
        if found.session is None:
            raise Refused(409, f"the profile is {found.state}", "wait until it is done")
        return download(
            chosen.render(found.session, options(found)),
            f"profile-{found.id}{chosen.ending}",
            "application/octet-stream",
        )

    def record(self, request: Request) -> Answer:
        asked = request.posted()
        if asked.get("client") not in self._clients:
            raise Refused(
                400, "client is not that of an open stream", "open /api/events first: the profile ends with it"
            )
        return of_json(self.profiles.start(asked).head(), 202)

    def stop(self, request: Request) -> Answer:
        return of_json(self.profiles.stop(str(request.posted().get("id", ""))).head())

    def incident(self) -> Answer:
        body = incident.packed(incident.gathered(self))
        name = f"{incident.slug(self._run.config.service)}-{time.strftime('%Y%m%d-%H%M%S')}{incident.ENDING}"
        return download(body, name, "application/gzip")

    def everything(self) -> dict[str, Any]:
        """What an incident file holds: the answer of each part of this API."""
        moment = self.moment()
        names = list(moment.rates.works)
        found: dict[str, Any] = {
            "state": self.state(),
            "now": self.now(),
            "history": {TOTAL: self.history(TOTAL), **{short(row.work): self.history(row.work) for row in names}},
            "work": {short(row.work): self.work(row.work) for row in names if row.work in moment.done},
            "loop": loop.loop(moment, self._watch.busy),
            "slow": slow.slow(self._traces, "", "", "", 1000),
            "trace": {each.id: slow.trace(each, moment) for each in (self._traces.all() if self._traces else [])},
            "profile": {each.id: whole(each) for each in self.profiles.all() if each.session is not None},
            "greenlets": None,
        }
        try:
            found["greenlets"] = greenlets.greenlets(self._run.folder, None)
        except Refused as refused:
            found["greenlets"] = {"at": time.time(), "processes": [], "groups": [], "more": 0, "error": refused.error}
        return found

    # -- streams --

    def events_of(self, request: Request) -> Answer:
        return Stream(self, self._places, request.connection).answer()

    def opened(self, client: str) -> None:
        self._clients.add(client)
        self._watch.watching(1)

    def closed(self, client: str) -> None:
        """Nothing goes on for who is gone."""
        self._clients.discard(client)
        self._watch.watching(-1)
        self.profiles.left(client)

    def events(self, seconds: float) -> Iterator[bytes]:
        """What there is to say, each part within some ``seconds``; empty if there is nothing."""
        number, generation, sent = 0, -1, dict[int, list[Any]]()
        told: dict[str, Any] = {}
        while True:
            if self._watch.wait(number, seconds) and (moment := self._watch.moment) is not None:
                number, roster = self._watch.number, self._watch.roster
                if roster.generation != generation:
                    generation, sent = roster.generation, {}
                    yield event("works", {"generation": generation, "works": list(roster.works)})
                yield event("now", self._changed(moment, sent), number)
            elif self._watch.ended:
                yield event("bye", {"why": self._watch.ended})
                return
            yield b"".join(self._progress(told))

    def _changed(self, moment: Moment, sent: dict[int, list[Any]]) -> dict[str, Any]:
        """A tick with the rows that differ from those that this stream has ``sent``."""
        rows, full = now.rows(moment, self._watch.roster.places), not sent
        moved = [[at, *cells] for at, cells in rows.items() if sent.get(at) != cells]
        sent.update(rows)
        return self.tick(moment) | {"rows": moved, "full": full}

    def _progress(self, told: dict[str, Any]) -> Iterator[bytes]:
        for each in self.profiles.all():
            progress = each.progress()
            if told.get(each.id) != progress:
                told[each.id] = progress
                yield event("profile", progress)


def thinned(history: History, name: str) -> dict[str, list[float | None]]:
    """Rate and p99 of a quarter of an hour, a point for three: the mean of what is known, and the highest."""
    found = history.of(name, fields=("rate", "p99"))["fields"]
    return {"rate": threes(found["rate"], mean), "p99": threes(found["p99"], max)}


def threes(values: list[float | None], of: Callable[[list[float]], float]) -> list[float | None]:
    groups = ([value for value in values[at : at + 3] if value is not None] for at in range(0, len(values), 3))
    return [round(of(group), 6) if group else None for group in groups]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)
