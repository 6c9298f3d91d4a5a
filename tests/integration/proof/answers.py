"""Every query of every board, asked of the live Prometheus."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from obs.errors import ObsError
from obs.generate.queries import Prometheus, Target, builtins, choose, interpolate, targets
from obs.generate.queries.interpolate import Value
from tests.integration.proof.scene import SCRAPE

WANTED: Mapping[str, Value] = {"work": "GET /home", "queue": "chat"}
"""Where a board looks at one thing, one that everything happens to."""

BEFORE = re.compile(r"offset \d+[hdw]\b")
SOON = "offset 10s"
"""What a board compares with an hour, a day or a week ago is here compared with a moment ago: there is no more past."""

SPAN, STEP = 60.0, 2.0
"""Seconds that a board looks back, and between two points."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one query."""

    place: str
    series: int = 0
    numbers: int = 0
    """Values that are numbers; of a variable, its options."""
    strange: int = 0
    """Values that are none: NaN, or without end."""
    refused: str = ""


def boards(folder: Path) -> Iterator[dict[str, Any]]:
    """Each board that was generated into ``folder``."""
    for file in sorted(folder.glob("*.json")):
        board: dict[str, Any] = json.loads(file.read_text())
        yield board


def answers(board: Mapping[str, Any], prometheus: Prometheus) -> Iterator[Answer]:
    """The answer to each query of a board, its variables being what they are when somebody opens it."""
    values = choose(board, prometheus, WANTED)
    for target in targets(board):
        try:
            yield asked(target, values, prometheus)
        except ObsError as error:
            yield Answer(target.place, refused=str(error))


def asked(target: Target, values: Mapping[str, Value], prometheus: Prometheus) -> Answer:
    if target.kind == "variable":
        name = target.place.rpartition("$")[2]
        return Answer(target.place, series=1, numbers=int(bool(values[name])))
    expr = BEFORE.sub(SOON, interpolate(target.expr, {**values, **builtins(STEP, SPAN, SCRAPE)}))
    now = time.time()
    found = prometheus.instant(expr, now) if target.instant else prometheus.range(expr, now - SPAN, now, STEP)
    numbers = [float(text) for series in found for _, text in series.get("values") or [series["value"]]]
    finite = sum(map(math.isfinite, numbers))
    return Answer(target.place, len(found), finite, len(numbers) - finite)
