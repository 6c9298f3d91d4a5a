"""All objects, one a file, as ``kubectl apply --recursive`` and Kustomize take them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from obs.generate.output.content import Content
from obs.generate.output.file import File
from obs.generate.output.kubernetes.config_map import config_map
from obs.generate.output.kubernetes.pod_monitor import pod_monitor
from obs.generate.output.kubernetes.prometheus_rule import prometheus_rules
from obs.generate.output.notice import yaml_file
from obs.generate.setup import Setup


def objects(content: Content, setup: Setup, service: str) -> Iterator[File]:
    """The scrape, the rules, the boards, and a Kustomization of them all."""
    found = [pod_monitor(setup, service)]
    for file, document in content.rules.items():
        found += prometheus_rules(file, document, setup.kubernetes, service)
    found += [config_map(file, board, setup, service) for file, board in content.boards.items()]
    files = [File(path(values), yaml_file(values)) for values in found]
    yield from files
    yield kustomization(files)


def path(values: dict[str, Any]) -> str:
    return f"kubernetes/{values['metadata']['name']}.{values['kind'].lower()}.yaml"


def kustomization(files: list[File]) -> File:
    values = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": sorted(file.path.removeprefix("kubernetes/") for file in files),
    }
    return File("kubernetes/kustomization.yaml", yaml_file(values, "kubectl apply -k kubernetes/"))
