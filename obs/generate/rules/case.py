"""What an alert does on made-up series, and the promtool test that asks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import quote_plus

from obs.generate.rules.alert import Alert
from obs.generate.rules.group import Group
from obs.generate.rules.site import Site
from obs.generate.rules.write import yaml_text

Kind = Literal["fires", "under", "no-traffic", "low-traffic", "recovers"]
KINDS: tuple[str, ...] = get_args(Kind)
"""What each alert has at least one case of. "under": just under the limit; "recovers": first firing, then not."""

LABEL = re.compile(r"\{\{ \$labels\.(\w+) \| urlquery \}\}")
Files = Mapping[str, tuple[Group, ...]]

STEP = "1m"
"""Between two samples of a series."""


@dataclass(frozen=True, slots=True)
class Firing:
    """One alert as it arrives at Alertmanager."""

    labels: Mapping[str, str]
    """Beside alertname and severity."""
    description: str


@dataclass(frozen=True, slots=True)
class Case:
    """``series`` in promtool's notation, a sample a minute, and what is asked of the alert at which time."""

    kind: Kind
    about: str
    series: tuple[tuple[str, str], ...]
    fires: Mapping[str, tuple[Firing, ...]] = field(default_factory=dict)
    """Exactly these, by the time at which."""
    firing: tuple[str, ...] = ()
    """Times at which it fires, whatever it says."""
    quiet: tuple[str, ...] = ()
    """Times at which it does not fire."""


def text(files: Files, cases: Iterable[tuple[Alert, Case]], site: Site, notice: str, evaluated: str = STEP) -> str:
    """A test file of promtool, for rules in ``files`` beside it; they are evaluated once in ``evaluated``.

    The order of the groups is said, since promtool's own is another one at each run.
    """
    values = {
        "rule_files": list(files),
        "evaluation_interval": evaluated,
        "group_eval_order": [group.name for groups in files.values() for group in groups],
        "tests": [test(alert, case, site) for alert, case in cases],
    }
    return notice + yaml_text(values)


def test(alert: Alert, case: Case, site: Site) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": f"{alert.name}, {case.kind}: {case.about}",
        "interval": STEP,
        "input_series": [{"series": name, "values": points} for name, points in case.series],
        "alert_rule_test": [*fired(alert, case, site), *({**asked(alert, at), "exp_alerts": []} for at in case.quiet)],
    }
    if case.firing:
        values["promql_expr_test"] = [seen(alert, at) for at in case.firing]
    return values


def fired(alert: Alert, case: Case, site: Site) -> list[dict[str, Any]]:
    return [
        {**asked(alert, at), "exp_alerts": [expected(alert, firing, site) for firing in firings]}
        for at, firings in case.fires.items()
    ]


def asked(alert: Alert, at: str) -> dict[str, Any]:
    return {"eval_time": at, "alertname": alert.name}


def expected(alert: Alert, firing: Firing, site: Site) -> dict[str, Any]:
    return {
        "exp_labels": {"severity": alert.severity, **alert.labels, **firing.labels},
        "exp_annotations": {
            "summary": alert.summary,
            "description": firing.description,
            "dashboard_url": LABEL.sub(lambda name: quote_plus(firing.labels.get(name[1], "")), site.dashboard(alert)),
            "runbook_url": site.runbook(alert),
        },
    }


def seen(alert: Alert, at: str) -> dict[str, Any]:
    """Prometheus's own series of what fires."""
    expr = f'count(ALERTS{{alertname="{alert.name}", alertstate="firing"}}) > bool 0'
    return {"expr": expr, "eval_time": at, "exp_samples": [{"labels": "{}", "value": 1}]}
