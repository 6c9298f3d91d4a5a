"""Profiles on demand: one at a time, by the same code as ``obs profile``, and none goes on when nobody looks."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from obs.errors import ObsError, fault
from obs.host.live.refused import Refused
from obs.host.live.text import tidy
from obs.host.profile.collect import collect
from obs.host.profile.targets import in_run, working
from obs.host.profile.wanted import Wanted
from obs.profiling.options import Options
from obs.profiling.render import html
from obs.profiling.render.renderers import RENDERERS, Renderer
from obs.profiling.session import VIEWS, Session
from obs.profiling.told import warnings

KEPT = 8
"""Sessions that are kept; some MB each at most."""

LONGEST, FASTEST = 120.0, 200

MOST_TARGETS = 64


@dataclass(slots=True)
class Recorded:
    """One profile, from its start on."""

    id: str
    client: str
    work: str
    wanted: Wanted
    processes: int
    started: float
    state: str = "running"
    passed: float = 0.0
    error: str = ""
    session: Session | None = None
    stopping: bool = False

    def progress(self) -> dict[str, Any]:
        """What a stream tells of it."""
        left = max(self.wanted.seconds - self.passed, 0.0) if self.state == "running" else 0.0
        error = self.error or None
        progress = min(self.passed / self.wanted.seconds, 1.0) if self.state == "running" else 1.0
        fix = "see obs doctor" if self.error else None
        return tidy(
            {"id": self.id, "state": self.state, "progress": progress, "left": left, "error": error, "fix": fix}
        )

    def head(self) -> dict[str, Any]:
        """What a list says of it."""
        return self.progress() | {
            "work": self.work or None,
            "views": list(self.wanted.views),
            "seconds": self.wanted.seconds,
            "rate": self.wanted.rate,
            "started": self.started,
            "processes": self.processes,
        }


Collect = Callable[..., Session]


class Profiles:
    """Those of one run. ``changed`` is called when one has come further."""

    def __init__(self, folder: Path, collect: Collect = collect) -> None:
        self._folder, self._collect = folder, collect
        self._kept: OrderedDict[str, Recorded] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, asked: dict[str, Any], client: str) -> Recorded:
        """Begin one for ``client``, as the body of a POST says. Raises Refused."""
        wanted, work = read(asked)
        with self._lock:
            if any(each.state == "running" for each in self._kept.values()):
                raise Refused(409, "a profile is being recorded already", "wait until it is done, or stop it")
            targets = working(list(in_run(self._folder)))
            if not targets:
                raise Refused(
                    409, "no process here can be profiled: they ended, or are in another container", "see obs doctor"
                )
            made = Recorded(os.urandom(8).hex(), client, work, wanted, len(targets), time.time())
            self._kept[made.id] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        threading.Thread(
            target=self._record, args=(made, targets[:MOST_TARGETS]), daemon=True, name="obs-live-profile"
        ).start()
        return made

    def _record(self, made: Recorded, targets: list[Any]) -> None:
        def tell(passed: float) -> None:
            made.passed = passed
            if made.stopping:
                raise KeyboardInterrupt  # how collect() is ended early: what there is by then is kept

        try:
            made.session = self._collect(targets, made.wanted, tell)
            made.state = "stopped" if made.stopping else "done"
        except ObsError as error:
            made.state, made.error = "failed", str(error)
        except Exception as error:
            fault("live view: a profile")
            made.state, made.error = "failed", f"obs failed to record it: {error!r}"

    def stop(self, name: str) -> Recorded:
        """End one early: what was recorded stays. Raises Refused."""
        found = self.get(name)
        found.stopping = True
        return found

    def left(self, client: str) -> None:
        """End what a client has started: it is gone."""
        with self._lock:
            for each in self._kept.values():
                if each.client == client and each.state == "running":
                    each.stopping = True

    def get(self, name: str) -> Recorded:
        """Raises Refused."""
        with self._lock:
            found = self._kept.get(name)
        if found is None:
            raise Refused(404, "no such profile", f"the last {KEPT} are kept; record another")
        return found

    def all(self) -> list[Recorded]:
        """The newest last."""
        with self._lock:
            return list(self._kept.values())


def read(asked: dict[str, Any]) -> tuple[Wanted, str]:
    """What is to be recorded, and the work that it is about. Raises Refused."""
    work, views = asked.get("work") or "", asked.get("views") or list(VIEWS)
    seconds, rate = asked.get("seconds", 10), asked.get("rate", 100)
    if not isinstance(work, str) or not isinstance(views, list) or not views or not set(map(str, views)) <= set(VIEWS):
        raise Refused(400, "work is a name or null, views are some of cpu, held, delay, wait", "see docs/live-api.md")
    if not number(seconds) or not 1 <= seconds <= LONGEST:
        raise Refused(400, f"seconds is not from 1 to {LONGEST:g}", "10 is a good beginning")
    if not number(rate) or not 1 <= rate <= FASTEST:
        raise Refused(400, f"rate is not from 1 to {FASTEST}", "100 looks a second are usual")
    chosen = tuple(view for view in VIEWS if view in views)
    return Wanted(chosen, float(seconds), int(rate)), work


def number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def whole(found: Recorded) -> dict[str, Any]:
    """One profile with its flame graphs, if it is done. The names in it are bounded by who draws them."""
    session = found.session
    if session is None:
        return found.head() | {"notes": [], "data": None}
    state = {"state": "done"} if found.state == "stopped" else {}
    return found.head() | state | {"notes": list(warnings(session)), "data": html.content(session, options(found))}


def options(found: Recorded) -> Options:
    return Options(work=found.work)


def renderer(ending: str) -> Renderer:
    """By the ending of a format, ``.svg``. Raises Refused."""
    for each in RENDERERS:
        if each.ending == ending:
            return each
    raise Refused(404, "no such format", f"the formats are {', '.join(each.ending for each in RENDERERS)}")
