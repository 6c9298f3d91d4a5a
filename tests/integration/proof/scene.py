"""The example under obs run, its traffic, and Prometheus and Alertmanager as ``obs generate`` configures them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

from obs.cli.demo.component import Component
from obs.cli.demo.example import free_port
from obs.cli.demo.stage import Stage
from obs.generate.queries import Prometheus
from tests.integration.proof.webhook import Webhook

TEAMS = ("chat-core", "discovery", "identity", "media", "platform", "trust")

HASTEN = 0.03
"""Five minutes are nine seconds."""

SCRAPE = 2.0
"""Seconds; and what a scrape may take, on a machine that has much to do."""

SETUP = """
[site]
dashboards = "http://grafana.test"
runbooks = "http://runbooks.test"
[prometheus]
targets = ["127.0.0.1:{metrics}"]
labels = {{service = "chat-api", env = "proof"}}
scrape_interval = "{scrape:g}s"
evaluation_interval = "1s"
alertmanagers = ["127.0.0.1:{alertmanager}"]
[alertmanager]
webhook = "{hook}/everybody"
group_wait = "1s"
group_interval = "1s"
[alertmanager.teams]
{teams}
[rules]
hasten = {hasten}
[alert.loop-blocked]
for = "1m"
limits = {{share = 0.3}}
[alert.queue-age]
limits = {{seconds = 3}}
"""
"""Both limits are above what the example does by itself, and below what the faults do within seconds. A loop need not
be blocked without a pause for as long as in earnest: on a machine that has much else to do a scrape may fail."""

RESOURCE = {"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=proof,service.version=1.0"}

PATIENCE = 60.0
"""Seconds for anything to start."""


class Scene:
    """Everything that runs, in ``folder``; what is configured is in ``folder/monitoring``."""

    def __init__(self, folder: Path, stage: Stage, hook: Webhook) -> None:
        self.folder, self.stage, self.hook = folder, stage, hook
        self.monitoring = folder / "monitoring"
        self.prometheus_port, self.alertmanager_port = free_port(), free_port()
        self.prometheus = Prometheus(f"http://127.0.0.1:{self.prometheus_port}")

    def configure(self) -> None:
        """Call ``obs generate`` as a person does."""
        setup = self.folder / "proof.toml"
        teams = "\n".join(f'{team} = "{self.hook.url}/{team}"' for team in TEAMS)
        clock = {"scrape": SCRAPE, "hasten": HASTEN}
        ports = {"metrics": self.stage.port, "alertmanager": self.alertmanager_port}
        setup.write_text(SETUP.format(hook=self.hook.url, teams=teams, **clock, **ports))
        command = [sys.executable, "-m", "obs", "generate", str(self.monitoring), "--config", str(setup)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr

    def prometheus_command(self) -> list[str]:
        data, listens = self.folder / "prometheus", f"127.0.0.1:{self.prometheus_port}"
        options = [f"--storage.tsdb.path={data}", f"--web.listen-address={listens}", "--log.level=warn"]
        return ["prometheus", f"--config.file={self.monitoring / 'prometheus/prometheus.yml'}", *options]

    def alertmanager_command(self) -> list[str]:
        data, listens = self.folder / "alertmanager", f"127.0.0.1:{self.alertmanager_port}"
        options = [f"--storage.path={data}", f"--web.listen-address={listens}", "--cluster.listen-address="]
        return [
            "prometheus-alertmanager",
            f"--config.file={self.monitoring / 'alertmanager/alertmanager.yml'}",
            *options,
        ]


@contextmanager
def played(folder: Path, rps: float) -> Iterator[Scene]:
    """A scene with traffic, from when the service answers on; nothing of it is left at the end."""
    hook = Webhook()
    with ExitStack() as ending, mock.patch.dict(os.environ, RESOURCE):
        ending.callback(hook.close)
        stage = ending.enter_context(Stage(2, free_port()))
        scene = Scene(folder, stage, hook)
        service = stage.start_service()  # which takes as long as what comes next
        scene.configure()
        for name, command in (
            ("alertmanager", scene.alertmanager_command()),
            ("prometheus", scene.prometheus_command()),
        ):
            component = Component(name, command, folder, cwd=folder, environ=os.environ, patience=5.0)
            ending.callback(component.stop)
        until(stage.serves, PATIENCE, service.check)
        stage.start_traffic(rps, 600.0)
        yield scene


def until(condition: Callable[[], object], seconds: float, check: Callable[[], None] | None = None) -> bool:
    """Whether ``condition()`` has come true within so many seconds; ``check`` raises if that is hopeless."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        if check:
            check()
        time.sleep(0.2)
    return False
