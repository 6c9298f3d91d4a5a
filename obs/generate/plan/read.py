"""Reads a fleet from a TOML file: ``[fleet]`` and a ``[[service]]`` for each kind of target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

from obs.config.document import Document, Table, a_kind, parse
from obs.config.wrong import Wrong, quoted
from obs.errors import ConfigError
from obs.generate.plan.fleet import Fleet, Service

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0}

PARTS = ("blockers", "sampling", "kept")
"""What is a part of something: 0 to 1."""

AT_LEAST_ONE = (
    "targets",
    "deployments",
    "processes",
    "answers",
    "outcomes",
    "commits",
    "replicas",
    "queues",
    "name_length",
)


def read(path: Path) -> Fleet:
    """The fleet that the file describes. Raises ConfigError with file, key and fix."""
    document = Document(path.name, "", parse(path, str(path)))
    top = Table(path.name, document.values)
    for error in top.unknown(("fleet", "service")):
        raise error
    services = tuple(service(table) for table in document.tables("service"))
    if not services:
        raise ConfigError(path.name, "has no service", "add a [[service]] with name, targets, routes and requests")
    for name in (names := [one.name for one in services]):
        if names.count(name) > 1:
            raise ConfigError(path.name, f'has two services "{name}"', "rename one; each is a kind of target")
    return Fleet(services, **given(document.table("fleet"), Fleet))


def of_values(where: str, fleet: dict[str, Any], one: dict[str, Any]) -> Fleet:
    """A fleet of one service, of values as a file would have them. Raises ConfigError that begins with ``where``."""
    named = Table(where, {"name": "service"} | one)
    return Fleet((service(named),), **given(Table(where, fleet), Fleet))


def service(table: Table) -> Service:
    if "name" not in table.values:
        raise ConfigError(table.where, 'has no "name"', 'add name = "chat-api"')
    found = Service(**given(table, Service))
    if not found.works:
        fix = "add routes = 40 or jobs = 10: those of one target"
        raise ConfigError(table.where, "has neither routes nor jobs", fix)
    return found


def given(table: Table, kind: type[Fleet | Service]) -> dict[str, Any]:
    """The keys of the table that ``kind`` has, read and checked."""
    known = {field.name: field for field in fields(kind) if field.name != "services"}
    for error in table.unknown(tuple(known)):
        raise error
    return {name: value(table, known[name]) for name in table.values}


def value(table: Table, field: Field[Any]) -> Any:
    """One value, of the type that its default has."""
    raw = table.values[field.name]
    default = "" if field.default is MISSING else field.default
    try:
        if field.name == "scrape_interval":
            return interval(raw)
        return READERS[type(default)](field.name, raw)
    except Wrong as wrong:
        raise wrong.at(table.at(field.name)) from None


def text(name: str, raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise Wrong(f"is {a_kind(raw)}, not a text", f'write it as {name} = "chat-api"')
    return raw.strip()


def boolean(name: str, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise Wrong(f"is {a_kind(raw)}, not true or false", f"write it as {name} = true")
    return raw


def whole(name: str, raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise Wrong(f"is {quoted(str(raw))}, not a whole number", f"write it as {name} = 40")
    return int(within(name, raw))


def number(name: str, raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Wrong(f"is {a_kind(raw)}, not a number", f"write it as {name} = 0.5")
    return float(within(name, raw))


def within(name: str, raw: float) -> float:
    """``raw`` if it makes sense there. Raises Wrong."""
    least = 1 if name in AT_LEAST_ONE else 0
    most = 1.0 if name in PARTS else 1e12
    if not least <= raw <= most:
        limits = f"from {least} to {most:g}" if name in PARTS else f"of {least} or more"
        raise Wrong(f"is {raw}", f"write a number {limits}")
    return raw


def interval(raw: Any) -> float:
    """A duration such as ``15s``, in seconds."""
    if isinstance(raw, str):
        digits = raw.rstrip("ms")
        unit = raw.removeprefix(digits)
        if unit in SECONDS and digits.replace(".", "", 1).isdecimal() and float(digits) > 0:
            return float(digits) * SECONDS[unit]
    raise Wrong(f"is {quoted(str(raw))}, not a duration", 'write it as scrape_interval = "15s"')


READERS: Mapping[type, Callable[[str, Any], Any]] = {str: text, bool: boolean, int: whole, float: number}
