"""What a board's variables are when somebody opens it: what is asked for, else its default, else what there is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from obs.generate.queries.interpolate import Value, interpolate
from obs.generate.queries.prometheus import Prometheus
from obs.generate.queries.target import Json, query_of

ALL = "$__all"

_LABEL_VALUES = re.compile(r"^label_values\(\s*(?:(?P<match>.+?)\s*,\s*)?(?P<label>\w+)\s*\)$", re.DOTALL)
_QUERY_RESULT = re.compile(r"^query_result\((?P<expr>.+)\)$", re.DOTALL)


def choose(board: Json, prometheus: Prometheus, wanted: Mapping[str, Value] | None = None) -> dict[str, Value]:
    """A value for each variable of the board, in its order: later ones may ask with earlier ones."""
    values: dict[str, Value] = {}
    for variable in board.get("templating", {}).get("list", ()):
        name = variable["name"]
        values[name] = (wanted or {}).get(name) or value(variable, options(variable, values, prometheus))
    return values


def value(variable: Json, found: list[str]) -> Value:
    """Its current value if the board was saved with one, ``All`` if it has that, else the first option."""
    current = (variable.get("current") or {}).get("value")
    chosen = current if isinstance(current, list) else [current] if current else []
    if ALL in chosen or (not chosen and variable.get("includeAll")):
        every = variable.get("allValue")
        return str(every) if every else found
    if not chosen:
        return found[0] if found else ""
    return chosen if variable.get("multi") else str(chosen[0])


def options(variable: Json, values: Mapping[str, Value], prometheus: Prometheus) -> list[str]:
    """What it offers. Raises ObsError for a query that Prometheus refuses or of a function that is not known."""
    match variable["type"]:
        case "query":
            found = asked(interpolate(query_of(variable), values), prometheus)
            return kept(found, variable.get("regex") or "")
        case "custom" | "interval":
            return [part.strip() for part in query_of(variable).split(",")]
        case "datasource":
            return [query_of(variable)]
        case _:
            return [query_of(variable)]


def asked(query: str, prometheus: Prometheus) -> list[str]:
    """The answer to a variable's query: label_values(…), query_result(…), or PromQL."""
    if found := _LABEL_VALUES.match(query.strip()):
        return prometheus.label_values(found["label"], found["match"])
    result = _QUERY_RESULT.match(query.strip())
    return [spelled(series) for series in prometheus.instant(result["expr"] if result else query)]


def spelled(series: Mapping[str, Any]) -> str:
    """A series as query_result gives it: ``name{label="value"} 1 1700000000000``."""
    labels = ",".join(f'{name}="{text}"' for name, text in series["metric"].items() if name != "__name__")
    at, number = series["value"]
    return f"{series['metric'].get('__name__', '')}{{{labels}}} {number} {at * 1000:.0f}"


def kept(found: list[str], regex: str) -> list[str]:
    """What the variable's ``/regex/`` keeps; its first group if it has one."""
    if not regex:
        return found
    pattern = re.compile(re.sub(r"\(\?<(?=\w)", "(?P<", regex.strip("/")))
    matches = [pattern.search(option) for option in found]
    return list(dict.fromkeys(m[1] if pattern.groups else m[0] for m in matches if m))
