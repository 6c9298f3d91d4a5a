"""What a site changes of the rules, by stable key and without touching them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from obs.config.wrong import did_you_mean
from obs.errors import ObsError
from obs.generate.rules.alert import Alert
from obs.generate.rules.duration import seconds
from obs.generate.rules.group import Group, Rule

Change = Callable[[Alert, Any], Alert]
Overrides = Mapping[str, Mapping[str, Any]]
"""By the key of an alert, or the name of a group: ``{"loop-saturated": {"for": "20m", "limits": {"busy": 0.9}}}``."""


def overridden(groups: tuple[Group, ...], overrides: Overrides) -> tuple[Group, ...]:
    """``groups`` with ``overrides``. Raises ObsError, which names the key, for what is not there or can't be."""
    alerts = {alert.key for group in groups for alert in group.alerts}
    names = {group.name for group in groups}
    for key in overrides:
        if key not in alerts | names:
            raise ObsError(f"override {key}: no such alert or group; {near(key, alerts | names)}")
    return tuple(group_overridden(group, overrides) for group in groups)


def group_overridden(group: Group, overrides: Overrides) -> Group:
    rules = tuple(rule for old in group.rules if (rule := rule_overridden(old, overrides)) is not None)
    interval = group.interval
    for field, value in overrides.get(group.name, {}).items():
        if field != "interval":
            raise ObsError(f"override {group.name}: {field} can't be changed of a group; only interval can")
        interval = duration(value, f"override {group.name}: interval")
    return replace(group, rules=rules, interval=interval)


def rule_overridden(rule: Rule, overrides: Overrides) -> Rule | None:
    """The rule as it is wanted; None if it is not."""
    wanted = dict(overrides.get(rule.key, {})) if isinstance(rule, Alert) else {}
    if not isinstance(rule, Alert) or not wanted:
        return rule
    if flag(wanted.pop("remove", False), f"override {rule.key}: remove"):
        return None
    for field, value in wanted.items():
        if field not in CHANGES:
            raise ObsError(f"override {rule.key}: {field} can't be changed; {near(field, {*CHANGES, 'remove'})}")
        rule = CHANGES[field](rule, value)
    return rule


def limits(alert: Alert, value: Any) -> Alert:
    changed = dict(alert.limits)
    for name, limit in table(value, f"override {alert.key}: limits").items():
        if name not in changed:
            raise ObsError(f"override {alert.key}: limits.{name} is not one of it; {near(name, set(changed))}")
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            raise ObsError(f"override {alert.key}: limits.{name} is {limit!r}; write a number")
        changed[name] = float(limit)
    return replace(alert, limits=changed)


def labels(alert: Alert, value: Any) -> Alert:
    where = f"override {alert.key}: labels"
    return replace(
        alert, labels={**alert.labels, **{k: string(v, f"{where}.{k}") for k, v in table(value, where).items()}}
    )


def severity(alert: Alert, value: Any) -> Alert:
    if value not in ("page", "ticket"):
        raise ObsError(f"override {alert.key}: severity is {value!r}; it is page or ticket")
    return replace(alert, severity=value)


CHANGES: Mapping[str, Change] = {
    "for": lambda alert, value: replace(alert, hold=duration(value, f"override {alert.key}: for")),
    "keep_firing_for": lambda alert, value: replace(
        alert, keep=duration(value, f"override {alert.key}: keep_firing_for")
    ),
    "severity": severity,
    "summary": lambda alert, value: replace(alert, summary=string(value, f"override {alert.key}: summary")),
    "description": lambda alert, value: replace(alert, description=string(value, f"override {alert.key}: description")),
    "labels": labels,
    "limits": limits,
}
"""What can be changed of an alert; ``remove = true`` leaves it out."""


def duration(value: Any, where: str) -> str:
    seconds(string(value, where), where)
    return str(value)


def string(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise ObsError(f"{where} is {value!r}; write a text")
    return value


def flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise ObsError(f"{where} is {value!r}; write true or false")
    return value


def table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ObsError(f"{where} is {value!r}; write a table")
    return value


def near(name: str, known: set[str]) -> str:
    return did_you_mean(name, sorted(known), f"there is {', '.join(sorted(known)) or 'none'}")
