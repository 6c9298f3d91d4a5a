"""One page per alert for whoever it wakes: the facts from the rule, the rest from what was written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from obs.errors import ObsError
from obs.generate.rules.alert import Alert
from obs.generate.rules.duration import seconds
from obs.generate.rules.fill import fill, number
from obs.generate.rules.group import Group
from obs.generate.rules.inhibit import named
from obs.generate.rules.registry import GROUPS
from obs.generate.rules.write import TEXTS, expression

WRITTEN = Path(__file__).parent / "runbooks"
"""What people wrote, one file per alert: part of the package, so that ``obs generate`` has it wherever it runs."""

SECTIONS = ("Meaning", "Impact", "Confirm", "Likely causes", "What to do", "Whom to call")


def runbooks(groups: Iterable[Group] = GROUPS) -> dict[str, str]:
    """File name and text of each page. Raises ObsError for an alert that nobody has written about."""
    held = tuple(groups)
    silent = named(alert for group in held for alert in group.alerts)
    return {f"{alert.name}.md": page(alert, group, silent[alert.name]) for group in held for alert in group.alerts}


def page(alert: Alert, group: Group, silenced_by: tuple[str, ...]) -> str:
    facts = "\n".join(f"| {name} | {value} |" for name, value in table(alert, silenced_by))
    interval = seconds(group.interval)
    rule = expression(alert, interval)
    return (
        f"# {alert.name}\n\n{fill(alert.summary, TEXTS, alert.key)}\n\n| | |\n| --- | --- |\n{facts}\n\n"
        f"{written(alert)}\n\n## The rule\n\n```promql\n{rule}\n```\n\n"
        f"Evaluated every {group.interval}, group `{group.name}`. To change it, see "
        "[alerts](../../docs/alerts.md#changing-a-rule).\n"
    )


def table(alert: Alert, silenced_by: tuple[str, ...]) -> list[tuple[str, str]]:
    severity = "page: somebody gets up" if alert.severity == "page" else "ticket: in working hours"
    limits = ", ".join(f"`{name} = {number(value)}`" for name, value in alert.limits.items())
    silent = ", ".join(f"[{name}]({name}.md)" for name in silenced_by)
    return [
        ("severity", severity),
        ("fires after", f"{alert.hold} of it"),
        *([("limits", limits)] if limits else []),
        ("key for overrides", f"`{alert.key}`"),
        ("dashboard", f"`{alert.board}`"),
        *([("silenced by", silent)] if silent else []),
    ]


def written(alert: Alert) -> str:
    """The sections that people wrote."""
    path = WRITTEN / f"{alert.name}.md"
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ObsError(f"alert {alert.key}: its runbook can't be read: {path}: {error.strerror}; write it") from error
