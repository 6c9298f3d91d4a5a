"""What a host would say of an imagined service: as many works and processes as are wanted, and hostile names."""

from __future__ import annotations

import math
import random
import time
from dataclasses import dataclass
from typing import Any

HOSTILE = (
    'GET /<script>document.title="owned"</script>',
    "GET /<img src=x onerror=\"document.title='owned'\">",
    "GET /\u202egnp.exe\u202c/\x00\x1b[31m\n\u200b",
    "GET /" + "long/" * 200_000,
    "__proto__",
    "GET /constructor?a=1&b=%00#frag",
)
"""Routes that somebody may have chosen to be shown as something else than what they are."""

CHAT = (
    # name, kind, feature, team, rate, errors, p50, p99, queued, clocks of each in ms
    ("GET /channels/<int:id>/messages", "request", "messaging", "chat-core", 27, 0, 0.0025, 0.06, None, (1, 0.3, 8, 0)),
    ("jobs.search.index", "job", "search", "discovery", 8.4, 0, 0.016, 0.095, 0.146, (0.8, 0, 7.1, 11)),
    ("GET /home", "request", "messaging", "chat-core", 5.4, 0, 0.018, 0.077, None, (4.5, 0.5, 1.8, 9.0)),
    ("GET /search", "request", "search", "discovery", 5.4, 0, 0.019, 0.316, None, (1.5, 0.3, 2.4, 41)),
    ("POST /attachments", "request", "media", "media", 2.2, 0, 0.073, 0.222, None, (66, 5.8, 0, 0)),
    ("jobs.moderation.scan", "job", "moderation", "trust", 1.1, 0, 0.048, 0.096, 0.099, (46, 7.8, 0, 0)),
    ("jobs.push.mail", "job", "messaging", "chat-core", 2.1, 0.04, 0.012, 0.034, 1.2, (0.5, 0, 1.1, 10)),
    ("GET /channels/<int:id>/stats", "request", "messaging", "chat-core", 0.6, 0.11, 0.004, 0.01, None, (1, 0, 1, 2)),
)  # fmt: skip

COLUMNS = (
    "index", "rate", "errors", "p50", "p99", "queued", "queued_p50", "in_flight", "total", "blocked", "retries",
    "clocks", "spent",
)  # fmt: skip
STEPS, STEP = 90, 10.0
STACK = [
    "blur (chat/media.py:58)",
    "attachments (chat/media.py:22)",
    "dispatch_request (/usr/lib/python3/dist-packages/flask/app.py:902)",
    "POST /attachments (<obs>)",
]


@dataclass
class Story:
    """The service at one moment; the same ``seed`` tells the same."""

    works: int = len(CHAT)
    processes: int = 3
    hostile: bool = False
    empty: bool = False
    seed: int = 7

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.started = time.time() - 1000
        self.rows = [] if self.empty else [*self.named()]

    def named(self) -> list[tuple[Any, ...]]:
        """The works, those of :data:`CHAT` first."""
        rows = list(CHAT)
        if self.hostile:
            rows = [(name, *row[1:]) for name, row in zip(HOSTILE, rows, strict=False)] + rows[len(HOSTILE) :]
        for n in range(len(rows), self.works):
            ms = tuple(round(self.random.expovariate(0.2), 2) for _ in range(4))
            of = f"feature-{n % 60}", f"team-{n % 24}"
            p50 = sum(ms) / 1000
            rate = round(self.random.expovariate(0.2), 2)
            rows.append((f"GET /api/v2/things-{n}/<int:id>", "request", *of, rate, 0, p50, p50 * 4, None, ms))
        return rows[: self.works]

    def state(self) -> dict[str, Any]:
        notes = [
            {"level": "warn", "text": "ptrace is refused: stacks of cpu come from inside", "command": "obs doctor"}
        ]
        return {
            "service": self.rows[0][0] if self.hostile else "chat-api",
            "run": "chat-api-4121",
            "version": "0.1.0",
            "mode": "live",
            "started": self.started,
            "saved_at": None,
            "notes": [] if self.empty else notes,
        }

    def names(self) -> dict[str, Any]:
        return {"works": [dict(zip(("name", "kind", "feature", "team"), row[:4], strict=True)) for row in self.rows]}

    def numbers(self, index: int) -> list[Any]:
        _, kind, _, _, rate, errors, p50, p99, queued, ms = self.rows[index]
        sway = 1 + 0.1 * math.sin(time.time() / 5 + index)
        clocks = [x / 1000 for x in ms]
        spent = [x * rate * sway for x in clocks]
        retries = 0.1 if kind == "job" else None
        whole = int(rate * 1000)
        part = [queued, queued and queued / 3, sum(spent), whole, spent[0] + spent[1] if ms[0] > 40 else 0, retries]
        return [index, round(rate * sway, 2), errors, p50, p99 * sway, *part, clocks, spent]

    def total(self) -> dict[str, Any]:
        rows = [dict(zip(COLUMNS, self.numbers(n), strict=True)) for n in range(len(self.rows))]
        rate = sum(row["rate"] for row in rows)
        spent = [sum(row["spent"][at] for row in rows) for at in range(4)]
        row: dict[str, Any] = dict.fromkeys(COLUMNS[1:])
        row |= {"rate": rate, "errors": 0.001 if rows else 0, "in_flight": sum(spent), "total": 12_345, "spent": spent}
        if rows:
            row |= {"p50": 0.0042, "p99": 0.088, "clocks": [x / rate for x in spent], "blocked": 0.22}
        return row

    def now(self) -> dict[str, Any]:
        queue = dict.fromkeys(COLUMNS[1:]) | {"rate": 71.3, "errors": 0, "p50": 0.0026, "p99": 0.073, "total": 4000}
        queue |= {"name": "(queue)", "means": "in line before the handler"}
        return {
            "at": time.time(),
            "seconds": 60,
            "total": self.total(),
            "foot": [] if self.empty else [queue],
            "rows": {"columns": COLUMNS, "values": [self.numbers(n) for n in range(len(self.rows))]},
            "loop": {"busy": 0.41, "late_p99": 0.074},
            "cores": 0.52,
            "own_cores": 0.017,
            "memory": 161_000_000 * self.processes / 3,
            "processes": {"alive": self.processes, "gone": 0},
            "greenlets": {"running": 1, "ready": 2, "waiting": 41},
            "jobs": {"active": 2, "slots": 4},
            "findings": [] if self.empty else self.findings(),
            "findings_of": "of the last 60 s",
            "queues": [] if self.empty else self.queues(),
        }

    def findings(self) -> list[dict[str, Any]]:
        hog = self.rows[4][0]
        victim = self.rows[0][0]
        return [
            {
                "id": "hog",
                "severity": 0.8,
                "text": f"{hog} holds the loop 16% of the time; {victim} waits behind it 63 ms of its p99 of 88 ms",
                "why": "It computes on the loop, and while it does nobody else of its process is served.",
                "figures": [
                    {"label": "of the loop", "value": 0.16, "unit": "ratio"},
                    {"label": "of each", "value": 0.066, "unit": "seconds"},
                    {"label": "others lose each second", "value": 0.182, "unit": "seconds"},
                ],
                "since": time.time() - 600,
                "evidence": [
                    {"label": "its flame graph", "view": "work", "name": hog, "flame": "cpu"},
                    {"label": "its blocks", "view": "loop", "work": hog},
                ],
                "remedy": "make it cheaper, or move it into a job or the thread pool",
                "command": "obs profile --service chat-api --view cpu --work '/attachments'",
            },
            {
                "id": "slow",
                "severity": 0.6,
                "text": f"{self.rows[3][0]} waits 82% in chat/search.py:31 for socket",
                "why": "",
                "figures": [{"label": "of each", "value": 0.041, "unit": "seconds"}],
                "evidence": [{"label": "what it waits for", "view": "work", "name": self.rows[3][0]}],
                "command": "obs profile --service chat-api --view wait --work /search",
            },
            {
                "id": "queue",
                "severity": 0.4,
                "text": "queue push is filling 3.1 times faster than it drains",
                "figures": [{"label": "grows by", "value": 4.2, "unit": "per_second"}],
                "evidence": [{"label": "the queue", "view": "jobs"}],
            },
        ]

    def queues(self) -> list[dict[str, Any]]:
        push = {"backlog": 1203, "oldest": 34.0, "growth": 4.2, "drained": None, "retries": 0.2, "failures": 0.1}
        empty = {"backlog": 0, "oldest": None, "growth": 0.0, "drained": None, "retries": 0.0, "failures": 0.0}
        course = [n * n / 7 for n in range(60)]
        return [
            {"system": "celery", "name": HOSTILE[0] if self.hostile else "push", "broker_up": True, "course": course}
            | push,
            {"system": "huey", "name": "chat", "broker_up": True, "course": [0] * 60} | empty,
            {"system": "rq", "name": "old", "broker_up": False, "course": None} | dict.fromkeys(push),
        ]

    def course(self, scale: float = 1.0, of: str = "") -> list[float | None]:
        """The last 15 minutes; the first third isn't known."""
        noise = random.Random(of)
        made = [scale * (1 + 0.3 * math.sin(n / 7) + noise.uniform(-0.15, 0.15)) for n in range(STEPS)]
        return [None] * (STEPS // 3) + made[STEPS // 3 :]

    def history(self, work: str = "") -> dict[str, Any]:
        base = {
            "rate": 92.0,
            "errors": 0.001,
            "p50": 0.0042,
            "p99": 0.088,
            "cpu": 0.33,
            "held": 0.07,
            "delay": 0.11,
            "wait": 0.4,
        }
        base |= {} if work else {"busy": 0.41, "late": 0.07, "cores": 0.52}
        at = time.time() - STEPS * STEP
        return {"at": at, "step": STEP} | {name: self.course(scale, name + work) for name, scale in base.items()}

    def sparklines(self, indices: list[int]) -> dict[str, Any]:
        return {str(n): self.course(self.rows[n][4], self.rows[n][0][:99])[30:] for n in indices if n < len(self.rows)}

    def work(self, name: str) -> dict[str, Any]:
        bounds = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, None]
        counts = [0, 12, 340, 810, 1201, 640, 220, 88, 3, 0]
        first = self.rows[0][0] if self.rows else ""
        return {
            "histogram": list(zip(bounds, counts, strict=True)),
            "histogram_of": "the last 15 min",
            "p50": 0.031,
            "p99": 0.222,
            "history": self.history(name),
            "waits": [["redis", 0.4, "23 ms of each"], ["sql", 0.2, "11 ms of each"], ["pool", 0.01, ""]],
            "culprits": [["POST /attachments", 0.09, "90 ms each second"], ["(loop)", 0.02, ""], [first, 0.01, ""]],
            "victims": [[first, 0.2, "200 ms each second"]],
            "answers": [["200", 3310, "3,310"], ["500", 4, "4"]],
            "blocks": self.blocks(3),
            "slow": self.kept()[:3],
        }

    def kept(self) -> list[dict[str, Any]]:
        if self.empty:
            return []
        found = []
        for n in range(24):
            row = self.rows[n % len(self.rows)]
            failed = row[5] > 0.05
            why = "failed" if failed else "slow"
            clocks = [x / 1000 * 4 for x in row[9]]
            one = {"id": f"k{n}", "at": time.time() - n * 9, "work": row[0], "seconds": sum(clocks), "failed": failed}
            found.append(
                one | {"status": "500" if failed else "200", "why": why, "clocks": clocks, "trace": f"{n:032x}"}
            )
        return found

    def request(self, which: str) -> dict[str, Any] | None:
        one = next((each for each in self.kept() if each["id"] == which), None)
        if one is None:
            return None
        whole = one["seconds"]
        bad = {"<b>header</b>": HOSTILE[1], "\u202ekey": "v" * 1_000_000} if self.hostile else {}
        attributes = {"http.route": "/channels/<int:id>/messages", "http.response.status_code": 200} | bad
        part = {"kind": "client", "failed": False, "attributes": {"db.system": "sqlite", "peer.service": "index"}}
        root = {"kind": "server", "failed": one["failed"], "attributes": attributes}
        spans = [
            {"id": "a", "parent": None, "name": one["work"], "start": 0, "seconds": whole} | root,
            {"id": "b", "parent": "a", "name": "SELECT messages", "start": whole * 0.05, "seconds": whole * 0.2} | part,
            {"id": "c", "parent": "a", "name": "GET index:7700", "start": whole * 0.3, "seconds": whole * 0.6} | part,
            {"id": "d", "parent": "c", "name": "connect", "start": whole * 0.32, "seconds": whole * 0.1} | part,
        ]  # fmt: skip
        return one | {
            "pid": 4123,
            "sampled": False,
            "queue": whole * 0.15,
            "behind": [{"name": "POST /attachments", "seconds": whole * 0.2}],
            "spans": spans,
            "marks": [
                {
                    "kind": "block",
                    "start": whole * 0.5,
                    "seconds": whole * 0.2,
                    "text": "POST /attachments held the loop",
                },
                {
                    "kind": "gc",
                    "start": whole * 0.75,
                    "seconds": whole * 0.02,
                    "text": "garbage collection, generation 2",
                },
            ],
            "stacks": [{"at": whole * 0.6, "frames": [HOSTILE[1], *STACK] if self.hostile else STACK}],
            "notes": [],
        }

    def blocks(self, most: int = 40) -> list[dict[str, Any]]:
        if self.empty:
            return []
        hog = self.rows[4][0]
        names = [[self.rows[0][0], 4], [self.rows[2][0], 1]]
        one = {"work": hog, "call": "c.execute (sql)", "place": "chat/media.py:58 blur", "victims": 5, "lost": 0.41}
        one |= {"pid": 4123, "cpu": 0.1, "held": 0.009, "gil": False, "trace": "ab" * 16, "names": names, "ended": True}
        stacks = [{"at": 0.02, "frames": STACK}, {"at": 0.04, "frames": STACK}]
        return [
            one | {"id": f"b{n}", "at": time.time() - n * 7.3, "seconds": 0.03 + (n % 5) * 0.03, "stacks": stacks}
            for n in range(most)
        ]

    def loop(self) -> dict[str, Any]:
        processes = [
            {
                "pid": 4121 + n, "name": f"worker {4121 + n}", "busy": 0.1 + (n * 7 % 10) / 11,
                "course": self.course(0.4, str(n)), "late_p50": 0.0004, "late_p99": 0.074,
                "cores": 0.2, "memory": 54_000_000, "greenlets": 12, "up": 999.0,
            }
            for n in range(self.processes)
        ]  # fmt: skip
        if not self.empty:
            processes.append(
                processes[0] | {"pid": 9, "name": "worker 9", "busy": None, "gone": True, "gone_at": time.time() - 33}
            )
        late = [[0.001, 9000], [0.0025, 2000], [0.005, 700], [0.01, 250], [0.025, 90], [0.05, 60], [0.1, 31], [None, 2]]
        return {
            "processes": processes,
            "late": late,
            "late_of": "of the last 15 min",
            "blocks": self.blocks(),
            "blocks_of": "the last 40",
        }

    def greenlets(self) -> dict[str, Any]:
        group = {"state": "waiting", "count": 30, "place": "chat/search.py:31 search", "longest": 0.31}
        group |= {"works": [[self.rows[3][0], 30]], "frames": ["recv (gevent/_socket3.py:540)", *STACK]}
        return {
            "said": "44 greenlets of 3 processes",
            "notes": [],
            "groups": [group, group | {"state": "ready", "count": 2}],
        }
