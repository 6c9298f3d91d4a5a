"""``${name}`` in a rule's texts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from obs.errors import ObsError

PLACE = re.compile(r"\$\{(\w+)\}")
"""Neither PromQL nor Prometheus's templates have a ``${``."""


def fill(text: str, values: Mapping[str, float | str], whose: str) -> str:
    """``text`` with each ``${name}`` replaced. Raises ObsError for a name that ``whose`` rule lacks."""

    def value(place: re.Match[str]) -> str:
        name = place[1]
        if name not in values:
            known = ", ".join(values) or "none"
            raise ObsError(f"rule {whose}: ${{{name}}} is no limit of it; it has {known}")
        found = values[name]
        return found if isinstance(found, str) else number(found)

    return PLACE.sub(value, text)


def number(value: float) -> str:
    """As PromQL and Go templates read it: ``0.85``, ``300``, never an exponent for what people write."""
    return f"{value:.12f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
