"""The course of a demo: start the service, send traffic, show what obs sees of it, and sum up."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from subprocess import TimeoutExpired
from typing import Any

from obs.cli.demo import queues
from obs.cli.demo.component import Component
from obs.cli.demo.example import free_port
from obs.cli.demo.screen import Progress, Screen
from obs.cli.demo.stage import Stage
from obs.errors import ObsError
from obs.host import table
from obs.host.blocks.render import frames
from obs.host.rates import Window, rates
from obs.host.reading import BOUNDS
from obs.host.table import View, blamed, duration
from obs.host.tally import Reading, Tally

LONGEST_START = 60.0
"""Seconds until a service that doesn't answer is given up."""

WINDOW = 10.0
"""Seconds that the rates and quantiles of the live table are taken over."""


class Show:
    """One demo on ``stage``, seen on ``screen``."""

    def __init__(self, stage: Stage, screen: Screen) -> None:
        self.stage, self.screen = stage, screen
        self.prometheus: Component | None = None
        self.prometheus_port = free_port()
        self.traffic: dict[str, Any] = {}
        """The summary of the traffic, once it has ended."""

    def start(self, *, prometheus: bool) -> None:
        """Start the service and wait until it answers. Raises ObsError if it dies or never does."""
        if broker := self.stage.start_broker():
            await_answer(broker, partial(queues.answers, self.stage.broker_port), "starting Redis")
        self.service = self.stage.start_service()
        await_answer(self.service, self.stage.serves, "starting the chat API and its worker under obs run")
        if prometheus:
            self.prometheus = self.stage.start_prometheus(self.prometheus_port)
        self.first = self.last = self.settled()

    def play(self, rps: float, duration: float) -> None:
        """Send the traffic and show what comes of it, until it ends or somebody interrupts. Raises ObsError."""
        traffic = self.stage.start_traffic(rps, duration)
        with self.screen:
            with suppress(KeyboardInterrupt):
                self.watch(traffic)
            traffic.stop()
            self.traffic = summary(traffic)
            self.last = self.settled()
            self.screen.last(self.view(self.first, "all of it", self.outcome()))

    def watch(self, traffic: Component) -> None:
        """Refresh the screen each second while the traffic runs."""
        window, due = Window(WINDOW), time.monotonic()
        window.add(self.first)
        while traffic.running:
            self.service.check()
            self.last = self.read()
            self.screen.show(self.view(window.add(self.last), f"rates of the last {WINDOW:g} s", self.places()))
            due += 1.0
            with suppress(TimeoutExpired):
                traffic.process.wait(max(due - time.monotonic(), 0.0))

    def settled(self) -> Reading:
        """The reading after the last answer and job: a request is counted a moment after the client has all of it."""
        until = time.monotonic() + 2.0
        while ((now := self.read()).active or now.jobs.active) and time.monotonic() < until:
            time.sleep(0.02)
        return now

    def read(self) -> Reading:
        """What the run's metrics say now. Raises ObsError if the service died and took them away."""
        try:
            return self.stage.read()
        except OSError:
            with suppress(TimeoutExpired):
                self.service.process.wait(5.0)
            self.service.check()
            raise

    def view(self, before: Reading, what: str, notes: Iterable[tuple[str, str]]) -> View:
        """What the screen shows: rates and quantiles are those since ``before``."""
        processes = f"{self.stage.workers} workers, jobs on {self.stage.queue}"
        title = f"chat-api under obs run, {processes}, {self.last.at - self.first.at:.0f} s: {what}"
        found = rates(self.first, before, self.last, BOUNDS)
        return View(title, found, [*blamed(found), *table.queues(found), *self.worst_block(), *notes])

    def worst_block(self) -> Iterator[tuple[str, str]]:
        """The longest block of the last seconds, and the line that it was in."""
        recent = [block for block in self.stage.blocks() if time.time() - block.start < WINDOW]
        if recent:
            worst = max(recent, key=lambda block: block.duration)
            where = next(iter(frames(worst)), "")
            yield "blocked", f"{worst.work} held its loop for {duration(worst.duration)}" + (where and f", in {where}")

    def places(self) -> Iterator[tuple[str, str]]:
        """Where everything is."""
        if address := self.stage.live_url:
            yield "live view", address
        yield "metrics", f"{self.stage.metrics_url}/metrics and /healthz"
        if self.prometheus:
            url, log = f"http://127.0.0.1:{self.prometheus_port}", self.prometheus.log
            yield "prometheus", url if self.prometheus.running else f"ended ({self.prometheus.how()}), its log: {log}"
        yield "service", self.stage.url
        yield "its log", str(self.service.log)
        yield "more", f"OBS_RUNTIME_DIR={self.stage.runtime_dir} obs top, obs blocks, obs cost"

    def outcome(self) -> Iterator[tuple[str, str]]:
        """What the clients saw, who don't know of obs."""
        if self.traffic:
            counts = ", ".join(f"{self.traffic[name]:,} {name}" for name in ("sent", "answered", "dropped"))
            times = ", ".join(f"{name} {duration(self.traffic['total'].get(name))}" for name in ("p50", "p99"))
            yield "clients", f"{counts}; {times}"

    def result(self) -> dict[str, Any]:
        """The whole demo, fit for JSON: times in seconds, ``errors`` and rates over all of it."""
        found = rates(self.first, self.first, self.last, BOUNDS)
        done = self.last.since(self.first)
        return {
            "seconds": round(self.last.at - self.first.at, 3),
            "workers": self.stage.workers,
            "metrics_url": f"{self.stage.metrics_url}/metrics",
            "works": [asdict(row) | {"answers": answers(done[row.work])} for row in found.works],
            "queue": asdict(found.queue) if found.queue else None,
            "total": asdict(found.total),
            "traffic": self.traffic,
        }


def await_answer(component: Component, answers: Callable[[], bool], what: str) -> None:
    """Wait until ``answers()``, and say ``what`` is awaited. Raises ObsError if it dies, or never does."""
    progress, until = Progress(), time.monotonic() + LONGEST_START
    try:
        while not answers():
            progress.say(what)
            component.check()
            if time.monotonic() > until:
                raise ObsError(component.report(f"does not answer after {LONGEST_START:g} s"))
            time.sleep(0.1)
    finally:
        progress.clear()


def answers(tally: Tally) -> dict[str, int]:
    """How often by status."""
    return {status: round(count) for status, count in sorted(tally.answers.items()) if count}


def summary(traffic: Component) -> dict[str, Any]:
    """What the traffic printed: empty if it was stopped before it had begun. Raises ObsError if it failed."""
    if traffic.stopped and traffic.process.returncode < 0:
        return {}
    if traffic.process.returncode:
        raise ObsError(traffic.report(traffic.how()))
    printed: dict[str, Any] = json.loads(traffic.output.read_text())
    return printed
