"""The rules of each file, as a site wants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from obs.errors import ConfigError, ObsError
from obs.generate.rules.group import Group
from obs.generate.rules.hasten import hastened
from obs.generate.rules.override import overridden
from obs.generate.rules.registry import FILES, GROUPS
from obs.generate.setup import Setup
from obs.generate.setup.read import unknown
from obs.generate.setup.setup import Changes

Files = Mapping[str, tuple[Group, ...]]


def files(setup: Setup) -> Files:
    """The groups by file; a file that has no rule left is left out. Raises ConfigError for a change that can't be."""
    changed = changed_groups(GROUPS, setup)
    wanted = {group.name: group for group in (hastened(changed, setup.hasten) if setup.hasten < 1 else changed)}
    found = {file: tuple(wanted[group.name] for group in groups) for file, groups in FILES.items()}
    return {file: kept for file, groups in found.items() if (kept := tuple(group for group in groups if group.rules))}


def changed_groups(groups: tuple[Group, ...], setup: Setup) -> tuple[Group, ...]:
    """Each change by itself, so that one of them that does nothing is found."""
    alerts = [alert.key for group in groups for alert in group.alerts]
    for section, keys, changes in (
        ("alert", alerts, setup.alerts),
        ("group", [group.name for group in groups], setup.groups),
    ):
        for key, field, value in each(setup.file, section, changes, keys):
            groups = changed(groups, f'{setup.file}: [{section}."{key}"], key "{field}"', {key: {field: value}})
    return groups


def each(file: str, section: str, changes: Changes, keys: Iterable[str]) -> Iterable[tuple[str, str, Any]]:
    """Key, field and value of each change; ``remove`` comes last. Raises ConfigError for a key that there is not."""
    known = list(keys)
    for key, fields in changes.items():
        if key not in known:
            raise unknown(file, section, key, known)
        for field in sorted(fields, key=lambda field: field == "remove"):
            yield key, field, fields[field]


def changed(groups: tuple[Group, ...], where: str, change: Mapping[str, Mapping[str, Any]]) -> tuple[Group, ...]:
    """``groups`` with one change. Raises ConfigError also if they are so already."""
    try:
        found = overridden(groups, change)
    except ConfigError:
        raise
    except ObsError as error:
        problem, _, fix = str(error).removeprefix("override ").partition("; ")
        raise ConfigError(where, problem, fix) from None
    if found == groups:
        raise ConfigError(where, "changes nothing: it is so already", "take it out")
    return found
