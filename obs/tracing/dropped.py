"""Spans that could not be sent are counted, by why: no span is lost silently."""

from __future__ import annotations

from typing import Literal

from obs.metrics import active
from obs.metrics.catalog import OBS_SELF_DROPPED_SPANS

Reason = Literal["queue_full", "no_receiver", "refused", "unencodable", "unreadable", "rate_limit", "shutdown"]
"""``refused``: the collector answered with an error or not in time; ``rate_limit``: outliers beyond OBS_OUTLIERS."""


def count(reason: Reason, spans: int = 1) -> None:
    """Note that ``spans`` finished spans will not be sent."""
    if spans:
        active.store().counter(OBS_SELF_DROPPED_SPANS, reason).add(float(spans))
