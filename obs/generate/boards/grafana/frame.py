"""What all panels have in common, and how a figure becomes a colour."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from obs.generate.boards import colours
from obs.generate.boards.grafana.target import SOURCE, targets
from obs.generate.boards.panel import Link, Panel, Query, Step


def frame(panel: Panel, queries: tuple[Query, ...] | None = None) -> dict[str, Any]:
    """Arguments of any of grafanalib's panels.

    ``maxDataPoints`` is 100 by default, which draws a wide panel with a step of minutes; None is one for each pixel.
    """
    return {
        "dataSource": SOURCE,
        "title": panel.title,
        "description": panel.description,
        "interval": panel.interval,
        "maxDataPoints": None,
        "links": [link(item) for item in panel.links],
        "targets": targets(panel.queries if queries is None else queries),
        "thresholds": steps(panel.steps),
    }


def identity(board: str, panel: str) -> int:
    """A panel's number, from its names: a new panel above it does not change links to it. Fits in 31 bits."""
    return zlib.crc32(f"{board}.{panel}".encode()) & 0x7FFFFFFF or 1


def steps(given: tuple[Step, ...]) -> list[dict[str, Any]]:
    """As dicts: grafanalib's Threshold makes the first value the text "null". The first is for all below the second."""
    base = colours.GOOD if given else colours.PLAIN
    return [{"color": base, "value": None}, *({"color": step.colour, "value": step.value} for step in given)]


def link(item: Link) -> dict[str, Any]:
    return {"title": item.title, "url": item.url, "targetBlank": False}


def of_name(name: str, **properties: Any) -> dict[str, Any]:
    """An override of one field's configuration, by its name; ``__`` in a key is a dot."""
    found = [{"id": key.replace("__", "."), "value": value} for key, value in properties.items() if value is not None]
    return {"matcher": {"id": "byName", "options": name}, "properties": found}


def fixed(colour: str) -> dict[str, str]:
    return {"mode": "fixed", "fixedColor": colour}


def plain(value: Any) -> Any:
    """grafanalib's objects as dicts and lists, all the way down."""
    if hasattr(value, "to_json_data"):
        return plain(value.to_json_data())
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def pruned(value: Any) -> Any:
    """Without keys of None, but for a threshold's ``value``, where null means from the bottom."""
    if isinstance(value, dict):
        keep_value = "color" in value and set(value) <= {"color", "value"}
        return {key: pruned(item) for key, item in value.items() if item is not None or (keep_value and key == "value")}
    if isinstance(value, list):
        return [pruned(item) for item in value]
    return value
