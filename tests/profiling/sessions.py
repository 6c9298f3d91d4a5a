"""Sessions to render: a plausible one of a chat service, and as large a one as is wanted."""

from __future__ import annotations

import random

from obs.profiling.builder import Builder
from obs.profiling.session import Frame, Process, Sample, Session, View, label_frame

APP = "/srv/chat/chat"
LIB = "/srv/venv/lib/python3.11/site-packages"
STD = "/usr/lib/python3.11"

WORKER = Frame("run", f"{LIB}/gevent/baseserver.py", 26)
DISPATCH = Frame("full_dispatch_request", f"{LIB}/obs/http/flask.py", 88)
FLASK = Frame("dispatch_request", f"{LIB}/flask/app.py", 1799)
HUB = Frame("run", f"{LIB}/gevent/hub.py", 647)


def request(work: str, *inside: Frame) -> list[Frame]:
    """The stack of a request, the server's and obs's frames too."""
    return [WORKER, DISPATCH, label_frame(work), FLASK, *inside]


def app(function: str, file: str, line: int) -> Frame:
    return Frame(function, f"{APP}/{file}", line)


EXPORT = app("export", "views/export.py", 41)
DUMPS = [Frame("dumps", f"{STD}/json/__init__.py", 231), Frame("encode", f"{STD}/json/encoder.py", 200)]
ITER = Frame("iterencode", f"{STD}/json/encoder.py", 258)
ROWS = app("rows", "views/export.py", 58)
SEARCH = app("search", "views/search.py", 19)
MATCH = [app("highlight", "text/highlight.py", 77), Frame("sub", f"{STD}/re/__init__.py", 185)]
SEND = app("send", "views/messages.py", 33)
STORE = app("save", "store/messages.py", 90)
SQL = [
    Frame("execute", f"{LIB}/sqlalchemy/engine/base.py", 1415),
    Frame("do_execute", f"{LIB}/sqlalchemy/engine/default.py", 921),
    Frame("execute", f"{LIB}/psycopg/cursor.py", 97),
    Frame("wait", f"{LIB}/gevent/_socket3.py", 540),
    Frame("switch", f"{LIB}/gevent/hub.py", 61),
]
REDIS = [
    app("unread", "store/unread.py", 12),
    Frame("execute_command", f"{LIB}/redis/client.py", 545),
    Frame("readline", f"{LIB}/redis/_parsers/socket.py", 64),
    Frame("wait", f"{LIB}/gevent/_socket3.py", 540),
]
LOG = [
    app("audit", "audit.py", 15),
    Frame("emit", f"{STD}/logging/__init__.py", 1113),
    Frame("flush", f"{STD}/logging/__init__.py", 1093),
]

PLACES: list[tuple[View, str, list[Frame], float, str]] = [
    ("cpu", "GET /export/<int:id>", [EXPORT, *DUMPS, ITER], 9.2, ""),
    ("cpu", "GET /export/<int:id>", [EXPORT, ROWS], 2.1, ""),
    ("cpu", "GET /search", [SEARCH, *MATCH], 3.4, ""),
    ("cpu", "GET /search", [SEARCH], 0.3, ""),
    ("cpu", "POST /channels/<int:id>/messages", [SEND, STORE, *SQL[:3]], 1.9, ""),
    ("cpu", "POST /channels/<int:id>/messages", [SEND], 0.6, ""),
    ("held", "POST /channels/<int:id>/messages", [SEND, *LOG], 1.4, "file"),
    ("held", "GET /search", [SEARCH, *MATCH], 0.2, "gil"),
    ("delay", "POST /channels/<int:id>/messages", [SEND, STORE, *SQL], 11.0, ""),
    ("delay", "GET /search", [SEARCH, *REDIS], 4.0, ""),
    ("wait", "POST /channels/<int:id>/messages", [SEND, STORE, *SQL], 8.0, "sql"),
    ("wait", "GET /search", [SEARCH, *REDIS], 3.0, "redis"),
    ("wait", "push.notify", [app("notify", "jobs/push.py", 20), *REDIS[1:]], 1.0, "redis"),
]


def chat(scale: float = 1.0, worse: float = 1.0) -> Session:
    """30 s of two workers; GET /export takes ``worse`` times as much."""
    builder = Builder()
    for view, work, inside, weight, on in PLACES:
        weight *= scale * (worse if "export" in work else 1.0)
        sample = Sample(
            (), work, view, weight, "Greenlet-7", "MainThread", "ab" * 16, 4711, on, max(int(weight * 100), 1)
        )
        builder.add(request(work, *inside), sample)
    builder.add([WORKER, HUB], Sample((), "", "cpu", 5.0, looks=500))
    builder.add([Frame("tick", f"{LIB}/obs/runtime/tick.py", 9)], Sample((), "", "cpu", 0.1, looks=10))
    return Session(
        service="chat-api",
        env="prod",
        service_version="1.42.0",
        host="chat-7d9f",
        processes=(Process(4711, "gunicorn: worker", "3.11.7"), Process(4712, "gunicorn: worker", "3.11.7")),
        started=1_795_507_200.0,
        duration=30.0,
        source="mixed",
        rates={"cpu": 100.0, "held": 100.0, "delay": 100.0, "wait": 100.0},
        frames=builder.frames,
        samples=builder.samples,
        totals={"GET /export/<int:id>": {"cpu": 11.8 * scale * worse, "held": 0.0}, "GET /users": {"wait": 0.4}},
        calls={"GET /export/<int:id>": 41, "POST /channels/<int:id>/messages": 2210, "GET /search": 804},
        lost={"torn stacks": 12},
        notes=("Stacks of cpu are by py-spy with --nonblocking: a few are torn.",),
    )


def large(nodes: int, seed: int = 1) -> Session:
    """A session whose trees have about so many nodes in each view."""
    chance = random.Random(seed)
    builder = Builder()
    names = [Frame(f"function_{n}", f"{APP if n % 3 else LIB}/module_{n % 40}.py", n % 90) for n in range(600)]
    for view in ("cpu", "held", "delay", "wait"):
        made = 0
        while made < nodes:
            depth = chance.randint(5, 45)
            cut = chance.randint(0, 12)
            stack = [names[(made // 400 + at * 7) % 600] for at in range(cut)] + [
                chance.choice(names) for _ in range(depth - cut)
            ]
            work = f"GET /endpoint/{chance.randint(1, 60)}"
            builder.add([label_frame(work), *stack], Sample((), work, view, chance.paretovariate(1.2) / 100))
            made += depth - cut
    return Session(
        service="large", started=1_795_507_200.0, duration=60.0, frames=builder.frames, samples=builder.samples
    )
