"""Groups of rules as Prometheus reads them, byte for byte the same from the same groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from obs.generate.rules.alert import Alert
from obs.generate.rules.duration import seconds
from obs.generate.rules.fill import fill
from obs.generate.rules.group import Group, Rule
from obs.generate.rules.record import Record
from obs.generate.rules.site import Site

TEXTS = {
    "service": "{{ $labels.service }}{{ with $labels.env }} ({{ . }}){{ end }}",
    "queue": "queue {{ $labels.messaging_destination_name }} ({{ $labels.messaging_system }}"
    "{{ with $labels.env }}, {{ . }}{{ end }})",
}
"""``${service}`` and ``${queue}`` in a summary or description."""

NOTICE = "# Made by `obs generate`; change it by an override (docs/alerts.md), not here.\n"


def text(groups: Iterable[Group], site: Site, notice: str = NOTICE) -> str:
    """A rule file. Raises ObsError for a ``${name}`` that a rule lacks."""
    return notice + yaml_text(document(groups, site))


def document(groups: Iterable[Group], site: Site) -> dict[str, Any]:
    """The same as values; also the ``spec`` of a PrometheusRule."""
    return {"groups": [group_values(group, site) for group in groups]}


def group_values(group: Group, site: Site) -> dict[str, Any]:
    interval = seconds(group.interval, f"group {group.name}")
    rules = [rule_values(rule, interval, site) for rule in group.rules]
    return {"name": group.name, "interval": group.interval, "rules": rules}


def rule_values(rule: Rule, interval: float, site: Site) -> dict[str, Any]:
    return alert_values(rule, interval, site) if isinstance(rule, Alert) else record_values(rule, interval)


def record_values(record: Record, interval: float) -> dict[str, Any]:
    values = {"record": record.name, "expr": expression(record, interval)}
    return values | ({"labels": dict(record.labels)} if record.labels else {})


def alert_values(alert: Alert, interval: float, site: Site) -> dict[str, Any]:
    known: dict[str, float | str] = {**TEXTS, **alert.limits, "interval": interval}
    values: dict[str, Any] = {"alert": alert.name, "expr": expression(alert, interval), "for": alert.hold}
    if alert.keep:
        values["keep_firing_for"] = alert.keep
    values["labels"] = {"severity": alert.severity, **alert.labels}
    values["annotations"] = {
        "summary": fill(alert.summary, known, alert.key),
        "description": fill(alert.description, known, alert.key),
        "dashboard_url": site.dashboard(alert),
        "runbook_url": site.runbook(alert),
    }
    return values


def expression(rule: Rule, interval: float) -> str:
    """The rule's PromQL, with its limits filled in."""
    limits: Mapping[str, float] = rule.limits if isinstance(rule, Alert) else {}
    whose = rule.key if isinstance(rule, Alert) else rule.name
    return fill(rule.expr.strip(), {**limits, "interval": interval}, whose)


def yaml_text(values: Any) -> str:
    """Block style, in the order given; a text of several lines as such, and no line folded."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, _: Any) -> bool:  # an equal value is written again, not referred to
            return True

    def string(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    Dumper.add_representer(str, string)
    return str(yaml.dump(values, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=10_000))
