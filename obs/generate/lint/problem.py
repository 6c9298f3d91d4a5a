"""What a rule has to say."""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["error", "warning"]
"""``error``: it can't be used, or does nothing; ``warning``: probably not what was meant."""


class Problem(NamedTuple):
    """One thing that is wrong."""

    level: Level
    where: str
    """The file, the section and the key; of what is missing, the route or job that misses it."""
    problem: str
    """What is wrong, to read on from ``where``."""
    fix: str
    """What to do."""
