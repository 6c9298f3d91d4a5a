"""The one list of what obs.generate.toml may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from obs.config.values import TEXT, URL, Type
from obs.generate.setup.types import ADDRESS, FACTOR, KEY, LENGTH, NAME


class Key(NamedTuple):
    """One key of a section."""

    type: Type
    many: bool = False
    """Whether it is a list."""


SECTIONS: Mapping[str, Mapping[str, Key]] = {
    "site": {"dashboards": Key(URL), "runbooks": Key(URL)},
    "prometheus": {
        "url": Key(URL),
        "targets": Key(ADDRESS, many=True),
        "scrape_interval": Key(LENGTH),
        "evaluation_interval": Key(LENGTH),
        "alertmanagers": Key(ADDRESS, many=True),
    },
    "alertmanager": {
        "webhook": Key(URL),
        "group_wait": Key(LENGTH),
        "group_interval": Key(LENGTH),
        "repeat_interval": Key(LENGTH),
    },
    "grafana": {"folder": Key(TEXT), "path": Key(TEXT)},
    "tempo": {"url": Key(URL)},
    "pyroscope": {"url": Key(URL)},
    "kubernetes": {
        "namespace": Key(NAME),
        "dashboard_label": Key(KEY),
        "folder_annotation": Key(KEY),
        "port": Key(NAME),
        "env": Key(TEXT),
    },
    "rules": {"hasten": Key(FACTOR)},
}

TABLES: Mapping[tuple[str, str], tuple[Type | None, Type]] = {
    ("prometheus", "labels"): (None, TEXT),
    ("alertmanager", "teams"): (None, URL),
    ("kubernetes", "labels"): (KEY, TEXT),
    ("kubernetes", "pods"): (KEY, TEXT),
}
"""Tables within a section whose keys are the user's: the forms of key and value."""

CHANGES = ("alert", "group", "board", "panel")
"""Sections of one table for each thing that is changed: what may stand in it is that thing's own matter."""
