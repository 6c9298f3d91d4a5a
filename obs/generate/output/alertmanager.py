"""alertmanager.yml: who hears of what, how soon, and what is not worth saying beside something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from obs.generate.output.file import File
from obs.generate.output.notice import yaml_file
from obs.generate.setup import Alertmanager

EVERYBODY = "everybody"
TICKETS_AGAIN = "1d"
"""A ticket that is not done comes back after a day; a page after repeat_interval."""

SILENT = (
    "No webhook is named in [alertmanager]: the receivers without one show nothing outside of Alertmanager's own page."
)


def alertmanager_yml(wanted: Alertmanager, teams: Sequence[str], inhibit: Sequence[Mapping[str, Any]]) -> File:
    """The configuration, with a route and a receiver for each team that is known or has a webhook."""
    known = sorted({*teams, *wanted.teams} - {""})
    values = {
        "route": {
            "receiver": EVERYBODY,
            "group_by": ["env", "service", "alertname"],
            "group_wait": wanted.group_wait,
            "group_interval": wanted.group_interval,
            "repeat_interval": wanted.repeat_interval,
            "routes": [route(team) for team in known] + [tickets(EVERYBODY)],
        },
        "inhibit_rules": [dict(rule) for rule in inhibit],
        "receivers": [receiver(EVERYBODY, wanted.webhook)]
        + [receiver(named(team), wanted.teams.get(team, wanted.webhook)) for team in known],
    }
    silent = not wanted.webhook and any(team not in wanted.teams for team in [*known, EVERYBODY])
    return File("alertmanager/alertmanager.yml", yaml_file(values, *((SILENT,) if silent else ())))


def route(team: str) -> dict[str, Any]:
    """To the team; its tickets come again less often than its pages."""
    return {"receiver": named(team), "matchers": [f"team={quoted(team)}"], "routes": [tickets(named(team))]}


def tickets(receiver_name: str) -> dict[str, Any]:
    return {"receiver": receiver_name, "matchers": ['severity="ticket"'], "repeat_interval": TICKETS_AGAIN}


def receiver(name: str, webhook: str) -> dict[str, Any]:
    sent = {"webhook_configs": [{"url": webhook, "send_resolved": True}]} if webhook else {}
    return {"name": name, **sent}


def named(team: str) -> str:
    return f"team {team}"


def quoted(text: str) -> str:
    """As a matcher of Alertmanager holds it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
