"""The API of a run that is alive: which path is answered by what. docs/live-api.md is its schema."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, NamedTuple

from obs.host.live import incident
from obs.host.live.answer import Answer, download, of_json
from obs.host.live.findings import words
from obs.host.live.history import POINTS, STEP, TOTAL, threes
from obs.host.live.moment import LATELY, QUARTER, Moment
from obs.host.live.notes import notes
from obs.host.live.profiles import Profiles, options, renderer, whole
from obs.host.live.refused import Refused
from obs.host.live.request import Request, accepted
from obs.host.live.site import Endpoints
from obs.host.live.stream import Places, Stream, event
from obs.host.live.text import short, tidy
from obs.host.live.traces import Trace, Traces
from obs.host.live.views import greenlets, loop, now, queues, slow, work
from obs.host.live.watch import Watch
from obs.host.run import Run
from obs.profiling.render.renderers import RENDERERS
from obs.profiling.session import VIEWS

SCHEMA = 1
"""Another number is another API."""

PATIENCE = 10.0
"""Seconds that a request waits for the first look."""

SPARKS = 60
"""Works of one request for sparklines."""


class Said(NamedTuple):
    """The parts of ``now`` of one moment."""

    moment: Moment
    rows: dict[int, list[Any]]
    """By the place in the list of works."""
    tick: dict[str, Any]


class Api:
    """Answers from what ``watch`` has seen; ``traces`` is None where traces are off."""

    def __init__(self, run: Run, restarts: int, pid: int, watch: Watch, traces: Traces | None) -> None:
        self._run, self._watch, self._traces = run, watch, traces
        self._host = {"pid": pid, "restarts": restarts}
        self._began = time.time()
        self._places = Places()
        self._clients: dict[str, str] = {}
        self._said: Said | None = None
        self.profiles = Profiles(run.folder)

    def endpoints(self) -> Endpoints:
        """By method and part."""
        return {
            "GET": {
                "state": lambda _, __: of_json(self.state()),
                "now": lambda _, __: of_json(self.now()),
                "findings": lambda _, __: of_json({"findings": self.findings(), "findings_of": self.findings_of()}),
                "history": lambda request, _: of_json(self.history(request.query.get("work", TOTAL))),
                "sparklines": lambda request, _: of_json(self.sparklines(request)),
                "work": lambda request, _: of_json(self.work(request.query.get("name", ""), self.over(request))),
                "loop": lambda request, _: of_json(self.loop(request)),
                "greenlets": lambda request, _: of_json(self.greenlets(request)),
                "slow": lambda request, _: of_json(self.slow(request)),
                "slow/": lambda _, below: of_json(self.request(below)),
                "profile": lambda _, __: of_json({"items": [each.head() for each in self.profiles.all()]}),
                "profile/": self.profile,
                "incident": lambda _, __: self.incident(),
                "events": self.events_of,
            },
            "POST": {"profile": self.record},
            "DELETE": {"profile/": lambda _, below: of_json(self.profiles.stop(below).head())},
        }

    def moment(self) -> Moment:
        """The newest; the first request waits for it. Raises Refused."""
        self._watch.asked()
        if self._watch.moment is None:
            self._watch.wait(0, PATIENCE)
        if self._watch.moment is None:
            raise Refused(503, self._watch.ended or "the first look at the run is not done yet", "try again")
        return self._watch.moment

    def over(self, request: Request) -> Moment:
        """The newest, whose details are of as many seconds as are asked for: of two minutes, or a quarter of an hour.
        Raises Refused."""
        return (
            self.moment() if request.whole("seconds", int(LATELY), 1, int(QUARTER)) <= LATELY else self.moment().quarter
        )

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
                "started": self.began(),
                "saved_at": None,
                "now": time.time(),
                "host": self._host,
                "interval": self._watch.interval,
                "history": {"seconds": POINTS * STEP, "step": STEP},
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
        said = self.said(self.moment())
        values = [[at, *cells] for at, cells in sorted(said.rows.items())]
        return {"works": list(self._watch.roster.works), **said.tick, "rows": columns(values)}

    def said(self, moment: Moment) -> Said:
        """What is said of ``moment``: made once, however many look."""
        found = self._said
        if found is None or found.moment is not moment:
            found = self._said = Said(moment, now.rows(moment, self._watch.roster.places), self._tick(moment))
        return found

    def _tick(self, moment: Moment) -> dict[str, Any]:
        """All of the view but works and rows."""
        return now.whole(moment, self._watch.interval) | {
            "generation": self._watch.roster.generation,
            "queues": queues.queues(moment, self._watch.backlogs),
            "findings": self.findings(),
            "findings_of": self.findings_of(),
            "notes": notes(moment, self._run.config, traces=self._traces is not None),
        }

    def findings(self) -> list[dict[str, Any]]:
        """The dearest first."""
        return [tidy(each.as_json()) for each in self._watch.findings]

    def findings_of(self) -> str:
        return words.lately(self.moment().lately)

    def history(self, name: str) -> dict[str, Any]:
        self._watch.asked()
        found = self._watch.history.of(self._watch.roster.full(name))
        return found if name else found | self._watch.whole.of(TOTAL)

    def sparklines(self, request: Request) -> dict[str, Any]:
        """The rates of the works at the places that are asked for, a point for three of their courses."""
        wanted = request.query.get("works", "").split(",")[:SPARKS]
        places = [int(text) for text in wanted if text.isascii() and text.isdecimal() and len(text) < 9]
        named = [(place, self._watch.roster.name(place)) for place in places]
        return {str(place): threes(self._watch.history.of(name)["rate"]) for place, name in named if name is not None}

    def work(self, name: str, moment: Moment) -> dict[str, Any]:
        """Of the time that ``moment`` says lately of. Raises Refused."""
        name = self._watch.roster.full(name)
        found = work.work(moment, name)
        if found is None:
            raise Refused(404, "no such work in this run", "/api/now lists them")
        mine = [each for each in self._watch.findings if name in each.works]
        return found | {
            "findings": [tidy(each.as_json()) for each in mine],
            "slow": self._traces.items(short(name), limit=20) if self._traces else [],
            "history": self.history(name),
        }

    def loop(self, request: Request) -> dict[str, Any]:
        work = self._watch.roster.full(request.query.get("work", ""))
        return loop.loop(self.over(request), self._watch.busy, work)

    def greenlets(self, request: Request) -> dict[str, Any]:
        pid = request.whole("pid", 0, 0, 2**31)
        return greenlets.greenlets(self._run.folder, pid or None)

    def slow(self, request: Request) -> dict[str, Any]:
        query = request.query
        limit = request.whole("limit", 200, 1, 1000)
        return slow.slow(
            self._traces, query.get("work", ""), query.get("trace", "").lower(), query.get("kind", ""), limit
        )

    def request(self, name: str) -> dict[str, Any]:
        """By the id of the work's span, or of its trace."""
        found = self._traces.find(name.lower()) if self._traces else None
        if found is None or not found.items:
            raise Refused(404, "no such trace is kept here", "only the slow, the failed and the newest sampled are")
        return slow.request(found, name.lower(), self._watch.moment)

    def profile(self, _: Request, below: str) -> Answer:
        """One profile, or ``ID.ENDING``: a file of it."""
        name, dot, ending = below.partition(".")
        found = self.profiles.get(name)
        if not dot:
            return of_json(whole(found))
        chosen = renderer(dot + ending)
        if found.session is None:
            raise Refused(409, f"the profile is {found.state}", "wait until it is done")
        file = chosen.render(found.session, options(found))
        return download(file, f"profile-{found.id}{chosen.ending}", "application/octet-stream")

    def record(self, request: Request, _: str) -> Answer:
        """It is of the stream that is named, or of those from the same address: it ends with them."""
        asked = request.posted()
        client = str(asked.get("client", "")) or request.client[0]
        if client not in self._clients and client not in self._clients.values():
            raise Refused(400, "no stream of yours is open", "open /api/events first: the profile ends with it")
        return of_json(self.profiles.start(asked, client).head(), 202)

    def incident(self) -> Answer:
        body = incident.packed(incident.gathered(self))
        name = f"{incident.slug(self._run.config.service)}-{time.strftime('%Y%m%d-%H%M%S')}{incident.ENDING}"
        return download(body, name, "application/gzip")

    def everything(self) -> dict[str, Any]:
        """What an incident file holds: the answer of each part of this API, of as long as is known."""
        moment = self.moment().quarter
        names = list(moment.rates.works)
        found: dict[str, Any] = {
            "state": self.state(),
            "now": self.now(),
            "history": {TOTAL: self.history(TOTAL), **{short(row.work): self.history(row.work) for row in names}},
            "work": {short(row.work): self.work(row.work, moment) for row in names if row.work in moment.done},
            "loop": loop.loop(moment, self._watch.busy, most=loop.ALL_BLOCKS),
            "slow": slow.slow(self._traces, "", "", "", 1000),
            "request": {name: slow.request(each, name, moment) for each in self._kept() for name in each.items},
            "profile": {each.id: whole(each) for each in self.profiles.all() if each.session is not None},
            "greenlets": None,
        }
        try:
            found["greenlets"] = greenlets.greenlets(self._run.folder, None)
        except Refused as refused:
            found["greenlets"] = {"said": refused.error, "notes": [], "groups": [], "more": 0}
        return found

    def _kept(self) -> list[Trace]:
        return self._traces.all() if self._traces else []

    # -- streams --

    def events_of(self, request: Request, _: str) -> Answer:
        stream = Stream(self, self._places, request.connection, request.client[0])
        return stream.answer(accepted(request))

    def opened(self, client: str, address: str) -> None:
        self._clients[client] = address
        self._watch.watching(1)

    def closed(self, client: str) -> None:
        """Nothing goes on for who is gone."""
        address = self._clients.pop(client, "")
        self._watch.watching(-1)
        self.profiles.left(client)
        self.profiles.left(address)

    def events(self, seconds: float) -> Iterator[bytes]:
        """What there is to say, each part within some ``seconds``; empty if there is nothing."""
        number, generation, sent = 0, -1, dict[int, list[Any]]()
        while True:
            if self._watch.wait(number, seconds) and (moment := self._watch.moment) is not None:
                number, roster = self._watch.number, self._watch.roster
                if roster.generation != generation:
                    generation, sent = roster.generation, {}
                    yield event("works", {"generation": generation, "works": list(roster.works)})
                yield event("now", self._changed(moment, sent), number)
            elif self._watch.ended:
                yield event("gone", {"error": self._watch.ended})
                return
            yield b""

    def _changed(self, moment: Moment, sent: dict[int, list[Any]]) -> dict[str, Any]:
        """A tick with the rows that differ from those that this stream has ``sent``."""
        said = self.said(moment)
        moved = [[at, *cells] for at, cells in said.rows.items() if sent.get(at) != cells]
        sent.update(said.rows)
        return {**said.tick, "rows": columns(moved)}


def columns(values: list[list[Any]]) -> dict[str, Any]:
    """Rows, and what their columns are."""
    return {"columns": now.COLUMNS, "values": values}
