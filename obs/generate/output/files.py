"""``--format files``: for a Prometheus, an Alertmanager and a Grafana that read folders."""

from __future__ import annotations

from collections.abc import Iterator

from obs.generate.output.alertmanager import alertmanager_yml
from obs.generate.output.content import Content
from obs.generate.output.file import File
from obs.generate.output.json_text import indented
from obs.generate.output.notice import yaml_file
from obs.generate.output.prometheus import prometheus_yml
from obs.generate.output.provisioning import datasources, provider
from obs.generate.setup import Setup


def files(content: Content, setup: Setup, service: str) -> Iterator[File]:
    """Everything, each where its reader expects it."""
    yield prometheus_yml(setup, service)
    for name, document in content.rules.items():
        yield File(f"prometheus/rules/{name}.rules.yaml", yaml_file(document))
    for name, text in content.tests.items():
        yield File(f"prometheus/rules/{name}.test.yaml", text)
    yield alertmanager_yml(setup.alertmanager, content.teams, content.inhibit)
    yield provider(setup)
    yield datasources(setup)
    for name, board in content.boards.items():
        yield File(f"grafana/dashboards/{name}.json", indented(board))
