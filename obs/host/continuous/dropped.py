"""Windows that are not where they should be are counted, by why."""

from __future__ import annotations

from typing import Literal

from obs.metrics import active
from obs.metrics.catalog import OBS_SELF_DROPPED_PROFILES

Reason = Literal["refused", "failed", "queue_full", "shutdown", "disk", "size"]


def count(reason: Reason, windows: int = 1) -> None:
    """Note that ``windows`` were not sent (the first four reasons) or not kept (the others)."""
    if windows:
        active.store().counter(OBS_SELF_DROPPED_PROFILES, reason).add(float(windows))
