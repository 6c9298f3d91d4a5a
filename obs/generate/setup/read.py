"""From obs.generate.toml to a :class:`Setup`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from obs.config.document import Document, Table, a_kind, as_text, parse
from obs.config.values import Type
from obs.config.wrong import Wrong, did_you_mean
from obs.errors import ConfigError
from obs.generate.rules.site import Site
from obs.generate.setup.sections import CHANGES, SECTIONS, TABLES
from obs.generate.setup.setup import Alertmanager, Changes, Grafana, Kubernetes, Prometheus, Setup

NAME = "obs.generate.toml"


def read(named: str | None, cwd: Path) -> Setup:
    """The file ``named``, else obs.generate.toml in ``cwd``, else what holds without one. Raises ConfigError."""
    if not named and not (cwd / NAME).exists():
        return Setup()
    name = named or NAME
    return setup(Document(name, "", parse(cwd / name, name)))


def setup(document: Document) -> Setup:
    """All that ``document`` says. Raises ConfigError for the first that is wrong."""
    known_sections(document)
    found = {section: section_values(document, section) for section in SECTIONS}
    changed = {section: changes(document, section) for section in CHANGES}
    return Setup(
        file=document.file,
        site=Site(**{key: url.rstrip("/") for key, url in found["site"].items()}),
        prometheus=Prometheus(**found["prometheus"]),
        alertmanager=Alertmanager(**found["alertmanager"]),
        grafana=Grafana(**found["grafana"], **urls(found)),
        kubernetes=Kubernetes(**found["kubernetes"]),
        hasten=found["rules"].get("hasten", 1.0),
        alerts=changed["alert"],
        groups=changed["group"],
        boards=changed["board"],
        panels=changed["panel"],
    )


def urls(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The sections that are only an address."""
    return {name: found[name]["url"] for name in ("tempo", "pyroscope") if found[name]}


def known_sections(document: Document) -> None:
    for error in Table(document.file, document.values).unknown((*SECTIONS, *CHANGES)):
        raise ConfigError(error.where, "is no section here", error.fix)


def section_values(document: Document, section: str) -> dict[str, Any]:
    """The section's values by key; what it doesn't say is not there."""
    table = document.table(section)
    own = {key: forms for (of, key), forms in TABLES.items() if of == section}
    for error in table.unknown((*SECTIONS[section], *own)):
        raise ConfigError(error.where, "is not known here", error.fix)
    found: dict[str, Any] = {}
    for key, (form, many) in SECTIONS[section].items():
        if key in table.values:
            found[key] = table.read_list(key, form) if many else table.read(key, form)
    return found | {key: pairs(table, key, *forms) for key, forms in own.items() if key in table.values}


def pairs(table: Table, key: str, key_form: Type | None, form: Type) -> dict[str, str]:
    """A table of texts within ``table``."""
    values = table.values[key]
    if not isinstance(values, dict):
        raise ConfigError(table.at(key), f"is {a_kind(values)}, not a table", f'write it as {key} = {{name = "…"}}')
    found = {}
    for name, value in values.items():
        try:
            found[key_form.parse(name) if key_form else name] = str(form.parse(as_text(value, form)))
        except Wrong as wrong:
            raise wrong.at(table.at(f"{key}.{name}")) from None
    return found


def changes(document: Document, section: str) -> Changes:
    """The tables of ``[alert.KEY]`` and its like."""
    found = document.table(section).values
    for key, values in found.items():
        if not isinstance(values, dict):
            example = f"[{section}.{key}]"
            raise ConfigError(f"{document.file}: [{section}], key {key!r}", f"is {a_kind(values)}", f"begin {example}")
        if not values:
            raise ConfigError(f"{document.file}: [{section}.{key}]", "changes nothing", "say what, or drop it")
    return found


def unknown(file: str, section: str, key: str, known: list[str]) -> ConfigError:
    """An override of something that there is not."""
    fix = did_you_mean(key, known, f"there is {', '.join(known)}")
    return ConfigError(f'{file}: [{section}."{key}"]', f"there is no such {section}", fix)
