"""What a check has to say."""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["error", "warning", "note"]
"""``error``: obs or the service won't work as it should; ``warning``: something is lost or slow; ``note``: to know."""


class Finding(NamedTuple):
    """One thing that is wrong or in the way."""

    level: Level
    problem: str
    """What is wrong, and what comes of it: a sentence without its full stop."""
    evidence: str
    """What was seen."""
    fix: str
    """What to do."""
