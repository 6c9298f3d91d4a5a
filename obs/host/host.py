"""What a host process does: the parts, put together."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from obs.agent import sockets
from obs.agent.life import lives
from obs.agent.server import Server as AgentServer
from obs.config import Config
from obs.errors import StoreError, fault, log
from obs.host.agents.operations import host_operations
from obs.host.blocks.watchdog import Watchdog
from obs.host.brokers import Brokers
from obs.host.processes import look
from obs.host.routes import Routes, json_app
from obs.host.run import Run
from obs.host.server import Server
from obs.host.spans import SpanReceiver
from obs.metrics import active
from obs.metrics.exposition import metrics_wsgi
from obs.metrics.fold import fold
from obs.metrics.identity import Identity

if TYPE_CHECKING:
    from obs.host.continuous.profiler import Profiler
    from obs.host.live.live import Live


class Host:
    """Serves one run, from its folder and the launcher's two sockets."""

    def __init__(self, run: Run, restarts: int) -> None:
        self.run, self.restarts = run, restarts
        self._started = monotonic()
        # Our own counts are in the run like any process's: what we drop, and our CPU time as obs's cost.
        self.own = active.activate(replace(run.config, run_dir=run.folder), role="host")
        self.spans = None if run.spans is None else receiver(socket.socket(fileno=run.spans), run.config)
        self.watchdog = watchdog(run)
        self.agent = agent(self.own.path)
        every = run.config.broker_interval
        self.brokers = Brokers(run.folder, self.own, every) if every else None
        self.profiler = profiler(run)
        self.live = live(run, restarts)
        if self.live and self.spans:
            self.spans.keep = self.live.traces
        self.server = None if run.listener is None else Server(socket.socket(fileno=run.listener), self.routes())

    def routes(self) -> Routes:
        """``/metrics``, ``/healthz`` and the live view."""
        apps = {"/metrics": metrics_wsgi(self.run.folder), "/healthz": json_app(self.health)}
        return Routes(apps, self.live.site if self.live else None)

    def start(self) -> None:
        """Begin to receive and to serve, each on threads of its own."""
        for part in (self.spans, self.live, self.server, self.watchdog, self.agent, self.profiler):
            if part:
                part.start()

    def tick(self) -> None:
        """What is done every second. Never raises."""
        try:
            if self.server:
                self.server.shut_slow()
            if self.brokers:
                self.brokers.tick()
            if look(self.run.folder, self.own.path).dead:
                fold(self.run.folder)
                sockets.sweep(self.run.folder, lives)
        except Exception:
            fault("host")

    def is_deserted(self) -> bool:
        """Whether no process of the service is left."""
        try:
            return not look(self.run.folder, self.own.path).alive
        except OSError:  # the folder is gone
            return True

    def finish(self, deadline: float) -> None:
        """Send the last spans and profiles, until ``deadline`` (of ``time.monotonic``)."""
        if self.live:
            self.live.stop()
        if self.brokers:
            self.brokers.stop()
        if self.profiler:
            self.profiler.stop()
        if self.agent:
            self.agent.stop(0.05)
        if self.spans:
            self.spans.close(deadline)
        if self.profiler:
            self.profiler.join(deadline)

    def health(self) -> dict[str, Any]:
        """What ``/healthz`` says."""
        config = self.run.config
        return {
            "service": config.service,
            "env": config.env,
            "version": config.version,
            "run": self.run.folder.name,
            "processes": look(self.run.folder, self.own.path).alive,
            "host": {"pid": os.getpid(), "restarts": self.restarts, "seconds": round(monotonic() - self._started, 1)},
            "spans": self.spans and {**self.spans.counts, "destination": self.spans.destination},
            "profile": self.profiler and self.profiler.health(),
        }


def watchdog(run: Run) -> Watchdog | None:
    """What looks at the service's heartbeats; None if there is no room for what it sees."""
    try:
        return Watchdog(run.folder, Identity(run.config.service, run.config.env, run.config.version))
    except (StoreError, OSError) as error:
        log.warning("obs: %s; blocks that hold the GIL have no stack", error)
        return None


def profiler(run: Run) -> Profiler | None:
    """What keeps the continuous profile, if it is asked for; else it isn't even imported."""
    if not run.config.profile.on:
        return None
    from obs.host.continuous.profiler import Profiler

    return Profiler(run)


def live(run: Run, restarts: int) -> Live | None:
    """The live view, if it is on and there is a port; without it, the rest goes on."""
    if not run.token or run.listener is None:
        return None
    try:
        from obs.host.live.live import Live

        return Live(run, restarts, run.token)
    except Exception:
        fault("the live view")
        return None


def agent(metrics: Path | None) -> AgentServer | None:
    """What answers those who need our rights to look at the service; None if there is no folder for its socket."""
    try:
        if metrics is not None:
            return AgentServer(metrics.with_suffix(sockets.SUFFIX), host_operations(metrics.parent))
    except OSError as error:
        log.warning("obs: %s; obs dump can't ask the host process for stacks", error)
    return None


def receiver(source: socket.socket, config: Config) -> SpanReceiver:
    """The receiver of the run's spans; without obs[host] it keeps them here, and says so."""
    try:
        return SpanReceiver(source, config)
    except ImportError as error:
        log.warning("obs: traces are not sent: %s; install obs[host]", error)
        return SpanReceiver(source, replace(config, otlp_endpoint=None))
