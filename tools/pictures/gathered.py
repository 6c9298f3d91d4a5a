"""A board with its variables chosen and its queries asked: all that the page needs, as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from obs.errors import ObsError
from obs.generate.queries import Prometheus, Target, builtins, choose, interpolate, targets
from obs.generate.queries.interpolate import Value
from obs.generate.queries.target import panels

POINTS = 400
"""Points of a line, at most, where a panel doesn't say."""

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


@dataclass(frozen=True, slots=True)
class Time:
    """The range of a picture, in Unix seconds, and how often the Prometheus scrapes."""

    start: float
    end: float
    scrape: float

    def step(self, panel: Mapping[str, Any]) -> float:
        """As Grafana takes it: the panel's least interval, or what the points of a line allow."""
        least = interpolate(panel.get("interval") or "", {}).lstrip(">")
        points = panel.get("maxDataPoints") or POINTS
        return max(seconds(least) or self.scrape, (self.end - self.start) / points)


def seconds(text: str) -> float:
    """A duration of Grafana's, such as ``15s``; 0 for none."""
    found = re.fullmatch(r"([\d.]+)(ms|[smhd])", text)
    return float(found[1]) * SECONDS[found[2]] if found else 0.0


def gather(board: Mapping[str, Any], prometheus: Prometheus, time: Time, wanted: Mapping[str, Value]) -> dict[str, Any]:
    """What ``window.draw`` takes."""
    values = choose(board, prometheus, wanted)
    answers: dict[int, list[dict[str, Any]]] = {}
    for target in targets(board):
        if target.kind == "panel" and target.panel is not None and not (target.data or {}).get("hide"):
            answers.setdefault(target.panel["id"], []).append(answer(target, prometheus, time, values))
    shown = {variable["name"]: label(variable, values) for variable in board.get("templating", {}).get("list", ())}
    return {
        "board": spelled(board, shown),
        "values": shown,
        "answers": answers,
        "from": time.start * 1000,
        "to": time.end * 1000,
    }


def answer(target: Target, prometheus: Prometheus, time: Time, values: Mapping[str, Value]) -> dict[str, Any]:
    """One query's answer, or why there is none, with what says how to show it."""
    data = target.data or {}
    step = time.step(target.panel or {})
    own = builtins(step, time.end - time.start, time.scrape)
    expr = interpolate(target.expr, values | own)
    shape = {"refId": target.ref, "format": data.get("format", "time_series"), "step": step}
    legend = {"legendFormat": interpolate(data.get("legendFormat") or "", {**values, **own})}
    try:
        found = (
            prometheus.instant(expr, time.end) if target.instant else prometheus.range(expr, time.start, time.end, step)
        )
    except ObsError as error:
        return shape | legend | {"result": [], "error": str(error)}
    return shape | legend | {"result": found, "error": ""}


def label(variable: Mapping[str, Any], values: Mapping[str, Value]) -> str:
    """How its value is shown in the head of a board and in titles."""
    value = values[variable["name"]]
    every = variable.get("allValue")
    if variable.get("includeAll") and (value == every or not isinstance(value, str)):
        return "All"
    return value if isinstance(value, str) else " + ".join(value)


def spelled(board: Mapping[str, Any], shown: Mapping[str, str]) -> dict[str, Any]:
    """The board with the variables in its titles and texts put in."""
    made = dict(board)
    made["panels"] = [put(panel, shown) for panel in board.get("panels", ())]
    return made


def put(value: Any, shown: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return interpolate(value, shown)
    if isinstance(value, list):
        return [put(part, shown) for part in value]
    if isinstance(value, Mapping):
        return {name: part if name == "targets" else put(part, shown) for name, part in value.items()}
    return value


def empty(gathered: Mapping[str, Any]) -> list[str]:
    """The panels that ask and have no data, and those that Prometheus refuses."""
    named = {panel.get("id"): panel.get("title", "") for panel in panels(gathered["board"])}
    lines = []
    for panel, found in gathered["answers"].items():
        lines += [f"{named[panel]}: {one['error']}" for one in found if one["error"]]
        if not any(one["result"] or one["error"] for one in found):
            lines.append(f"{named[panel]}: no data")
    return lines
