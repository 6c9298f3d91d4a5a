"""Rules that look at one service only, and that tell its team."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from obs.generate.service.lone import Lone
from obs.metrics.catalog import CATALOG

PARTS = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count")}
RAW = sorted(
    {metric.name + part for metric in CATALOG for part in PARTS.get(metric.kind, ("",))} | {"up"}, key=len, reverse=True
)
SELECTOR = re.compile(rf"(?<![\w:\"])({'|'.join(RAW)})(?![\w:\"])(\s*\{{\s*)?")
"""A series that comes from a scrape. Recorded ones are made of these, and have no other service in them then."""


def narrowed(document: Mapping[str, Any], lone: Lone) -> dict[str, Any]:
    """The rule file's document for ``lone``; group names bear its name, since a Prometheus may have several."""
    groups = [
        {**group, "name": f"{group['name']}-{lone.name}", "rules": [rule(values, lone) for values in group["rules"]]}
        for group in document["groups"]
    ]
    return {**document, "groups": groups}


def rule(values: Mapping[str, Any], lone: Lone) -> dict[str, Any]:
    found = {**values, "expr": narrow(values["expr"], lone.name)}
    if "alert" in values and lone.team:
        found["labels"] = {**values.get("labels", {}), "team": team(lone.team)}
    return found


def narrow(expr: str, service: str) -> str:
    """``expr`` with a matcher for the service in each selector of a raw series."""
    quoted = service.replace("\\", "\\\\").replace('"', '\\"')

    def put(match: re.Match[str]) -> str:
        return f'{match[1]}{{service="{quoted}"' + (", " if match[2] else "}")

    return SELECTOR.sub(put, expr)


def team(fallback: str) -> str:
    """The team that the alert has found out, else the service's, as a Go template."""
    text = fallback.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{{{ if $labels.team }}}}{{{{ $labels.team }}}}{{{{ else }}}}{{{{ "{text}" }}}}{{{{ end }}}}'
