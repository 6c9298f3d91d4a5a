"""The one list of programs: what is wrong with each, who uses it, and where its hotspot is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from obs.profiling.session import View

FOLDER = Path(__file__).parent


class Hotspot(NamedTuple):
    """What the first line of a report says."""

    view: View
    work: str
    function: str
    on: str = ""
    """What it waits for, or is held by."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Some who ask for the same thing again and again, each on a connection of its own."""

    number: int
    method: str
    path: str
    """``{n}`` is a number that is another one in each request."""
    body: Any = None
    """Sent as JSON."""
    pause: float = 0.0
    """Seconds after each answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Another system that a program asks, as slow as it is said to be."""

    kind: str
    """``http``, ``line`` (a line is answered by a line) or ``disk`` (a file that takes its time)."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """By the first part of a path, what is answered."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """By the same, how long that takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One of the gallery."""

    name: str
    """Its folder's."""
    service: str
    symptom: str
    """What somebody on call sees first."""
    hotspot: Hotspot
    clients: tuple[Clients, ...]
    stand_ins: Mapping[str, StandIn] = field(default_factory=dict)
    """By the variable that tells the program where it is."""
    server: tuple[str, ...] = ()
    """Options of gunicorn, beside ``-k gevent -w 1``."""
    beside: str = ""
    """A script of its folder that runs beside the service."""
    also: tuple[str, ...] = ()
    """Commands that tell more of the story, asked while the program runs."""

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    @property
    def session(self) -> Path:
        return self.folder / "session.json.gz"

    @property
    def mended(self) -> Path:
        """The session of the same load on the mended program."""
        return self.folder / "mended.json.gz"

    def output(self, command: str) -> Path:
        """Where what ``obs dump …`` has printed is kept: ``dump.txt``."""
        return self.folder / f"{command.split()[1]}.txt"

    @property
    def picture(self) -> Path:
        return self.folder / f"{self.hotspot.view}.svg"


SPACES = "Name" + " " * 6_000 + "Price\n"
"""A table that somebody has pasted: its columns are far apart."""

USER = {"name": "Ada", "picture": "ada.png"}

PROGRAMS: tuple[Program, ...] = (
    Program(
        name="cpu_in_handler",
        service="feeds",
        symptom="one route is slow, every other one a little; the worker's CPU is at its limit",
        hotspot=Hotspot("cpu", "GET /home", "merge"),
        clients=(Clients(2, "GET", "/home"), Clients(4, "GET", "/posts/{n}", pause=0.02)),
        also=("obs top --once --service feeds",),
    ),
    Program(
        name="gil_regex",
        service="comments",
        symptom="now and then everything stops for a moment, health checks too",
        hotspot=Hotspot("cpu", "POST /comments", "tidy"),
        clients=(
            Clients(1, "POST", "/comments", {"text": SPACES * 2}, pause=0.3),
            Clients(4, "POST", "/comments", {"text": "I like it.  \nThank you!  "}, pause=0.02),
            Clients(4, "GET", "/comments", pause=0.02),
        ),
        also=("obs blocks --service comments",),
    ),
    Program(
        name="unpatched_socket",
        service="payments",
        symptom="every route is slow and the CPU is idle; one more client makes it slower for all",
        hotspot=Hotspot("held", "POST /payments", "score", "socket"),
        clients=(
            Clients(4, "POST", "/payments", {"account": "DE02", "amount": 1250}),
            Clients(4, "GET", "/payments/{n}", pause=0.01),
        ),
        stand_ins={"RISK": StandIn(kind="line", answers={"": "0.02"}, seconds={"": 0.025})},
        server=("--preload",),
        also=(
            "obs blocks --service payments",
            "obs top --once --sort held --service payments",
            "obs doctor -- gunicorn -k gevent -w 1 --preload app:app",
        ),
    ),
    Program(
        name="lock_convoy",
        service="prices",
        symptom="p99 grows with the number of clients, while the CPU and the service behind have time",
        hotspot=Hotspot("wait", "GET /price/<int:cents>/<currency>", "rate", "lock"),
        clients=tuple(Clients(4, "GET", f"/price/{{n}}/{of}") for of in ("CHF", "DKK", "GBP", "JPY", "USD")),
        stand_ins={"BANK": StandIn(kind="http", answers={"rates": {"rate": 1.08}}, seconds={"rates": 0.4})},
        also=("obs dump --service prices",),
    ),
    Program(
        name="pool_exhaustion",
        service="orders",
        symptom="time-outs of the database's pool, and the database has nothing to do",
        hotspot=Hotspot("wait", "POST /orders/<int:number>/pay", "pay", "pool"),
        clients=(Clients(20, "POST", "/orders/1/pay"), Clients(2, "GET", "/orders/1", pause=0.05)),
        stand_ins={"PAYMENTS": StandIn(kind="http", answers={"charges": {"ok": True}}, seconds={"charges": 0.15})},
        also=("obs dump --service orders",),
    ),
    Program(
        name="n_plus_one",
        service="timeline",
        symptom="one route takes as long as twenty calls of a service that is fast",
        hotspot=Hotspot("wait", "GET /channels/<int:channel>/messages", "author_of", "http"),
        clients=(Clients(3, "GET", "/channels/{n}/messages", pause=0.05), Clients(1, "GET", "/users/{n}", pause=0.05)),
        stand_ins={
            "USERS": StandIn(
                kind="http",
                answers={"users": USER, "batch": {str(number): USER for number in range(300)}},
                seconds={"users": 0.012, "batch": 0.015},
            )
        },
    ),
    Program(
        name="slow_branch",
        service="search",
        symptom="a page that asks four services at once is as slow as the slowest; which one is it?",
        hotspot=Hotspot("wait", "GET /search", "advertisements", "http"),
        clients=(Clients(6, "GET", "/search?q=tea", pause=0.05), Clients(2, "GET", "/suggest?q=t", pause=0.05)),
        stand_ins={
            "BACKENDS": StandIn(
                kind="http",
                answers={kind: {"kind": kind, "found": []} for kind in ("articles", "products", "people", "ads")},
                seconds={"articles": 0.02, "products": 0.035, "people": 0.015, "ads": 0.4},
            )
        },
    ),
    Program(
        name="large_json",
        service="shop",
        symptom="a download now and then, and each time small answers are late",
        hotspot=Hotspot("cpu", "GET /catalogue", "catalogue"),
        clients=(Clients(2, "GET", "/catalogue", pause=0.05), Clients(4, "GET", "/products?from={n}", pause=0.02)),
        also=("obs blocks --service shop",),
    ),
    Program(
        name="sqlite_write_lock",
        service="visits",
        symptom="every route stands still for a tenth of a second, since a job runs beside the service",
        hotspot=Hotspot("held", "POST /pages/<page>/visits", "visit", "sql"),
        clients=(Clients(2, "POST", "/pages/home/visits", pause=0.02), Clients(4, "GET", "/pages/home", pause=0.02)),
        beside="app.py",
        also=("obs blocks --service visits", "obs top --once --service visits"),
    ),
    Program(
        name="slow_disk",
        service="logins",
        symptom="all is slow, on some machines only; their CPU is idle and their disk is busy",
        hotspot=Hotspot("held", "POST /login", "remember", "file"),
        clients=(
            Clients(4, "POST", "/login", {"user": "ada", "password": "engine"}, pause=0.01),
            Clients(4, "GET", "/session", pause=0.02),
        ),
        stand_ins={"AUDIT_LOG": StandIn(kind="disk", seconds={"": 0.12})},
        also=("obs blocks --service logins",),
    ),
    Program(
        name="gc_pauses",
        service="discussions",
        symptom="one request in twenty takes ten times as long, at any route",
        hotspot=Hotspot("cpu", "GET /discussions/<int:number>", "discussion"),
        clients=(Clients(2, "GET", "/discussions/{n}"), Clients(4, "GET", "/online/{n}", pause=0.02)),
        also=("obs blocks --service discussions",),
    ),
)
