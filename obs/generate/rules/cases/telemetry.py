"""Can what obs says be believed?"""

from __future__ import annotations

from obs.generate.rules.case import Case, Firing
from obs.generate.rules.cases.made_up import SERVICE, TEAM, Series, of
from obs.metrics.catalog import (
    OBS_SELF_DROPPED_BLOCKS,
    OBS_SELF_DROPPED_SPANS,
    OBS_SELF_ERRORS,
    OBS_SELF_OVERFLOWED,
)


def spans(values: str, **labels: str) -> Series:
    return of(OBS_SELF_DROPPED_SPANS, values, reason="queue_full", **labels)


def blocks(values: str) -> Series:
    return of(OBS_SELF_DROPPED_BLOCKS, values, reason="queue_full")


TELEMETRY_DROPPING = (
    Case(
        "fires",
        "60 spans and 30 blocks a minute for the same reason; in staging none",
        (*SERVICE, spans("0+60x120"), blocks("0+30x120"), spans("0x120", env="staging")),
        fires={
            "40m": (
                Firing(
                    TEAM | {"what": "blocks", "reason": "queue_full"},
                    "0.50 blocks a second of chat (prod) are dropped, reason queue_full: the collector or "
                    "the path to it is slow or down, or there is no room.",
                ),
                Firing(
                    TEAM | {"what": "spans", "reason": "queue_full"},
                    "1.00 spans a second of chat (prod) are dropped, reason queue_full: the collector or "
                    "the path to it is slow or down, or there is no room.",
                ),
            )
        },
    ),
    Case("under", "six a minute", (*SERVICE, spans("0+6x120")), quiet=("40m", "90m")),
    Case("no-traffic", "none", (*SERVICE, spans("0x120")), quiet=("40m",)),
    Case(
        "low-traffic",
        "80 once, as a collector is restarted",
        (*SERVICE, spans("0x30 80x90")),
        quiet=("31m", "40m", "50m"),
    ),
    Case("recovers", "the collector is back", (*SERVICE, spans("0+60x60 3600x60")), firing=("50m",), quiet=("80m",)),
)


def overflowed(values: str, **labels: str) -> Series:
    return of(OBS_SELF_OVERFLOWED, values, metric="chat_messages_total", **labels)


SERIES_OVERFLOW = (
    Case(
        "fires",
        "three look-ups a minute; in staging none",
        (*SERVICE, overflowed("0+3x120"), overflowed("0x120", env="staging")),
        fires={
            "40m": (
                Firing(
                    TEAM | {"metric": "chat_messages_total"},
                    "0.05 look-ups a second of chat_messages_total in chat (prod) end in its __overflow__ "
                    "series: one of its labels has too many values.",
                ),
            )
        },
    ),
    Case("under", "six in ten minutes", (*SERVICE, overflowed("0+0.59x120")), quiet=("40m", "90m")),
    Case("no-traffic", "none any more", (*SERVICE, overflowed("500x120")), quiet=("40m",)),
    Case("low-traffic", "eight, once", (*SERVICE, overflowed("0x30 8x90")), quiet=("31m", "45m", "60m")),
    Case("recovers", "the label is mended", (*SERVICE, overflowed("0+3x60 180x60")), firing=("50m",), quiet=("80m",)),
)


def faults(values: str, **labels: str) -> Series:
    return of(OBS_SELF_ERRORS, values, part="http: the end of a request", **labels)


FAULTS = (
    Case(
        "fires",
        "one a minute; in staging none",
        (*SERVICE, faults("0+1x120"), faults("0x120", env="staging")),
        fires={
            "80m": (
                Firing(
                    TEAM | {"part": "http: the end of a request"},
                    '60 faults of obs in an hour in chat (prod), part "http: the end of a request": the '
                    "service's log has the first with its traceback.",
                ),
            )
        },
    ),
    Case("under", "one in six minutes and a bit", (*SERVICE, faults("0+0.16x120")), quiet=("80m", "110m")),
    Case("no-traffic", "none any more", (*SERVICE, faults("50x120")), quiet=("80m",)),
    Case("low-traffic", "three in an hour", (*SERVICE, faults("0x30 1x10 2x10 3x70")), quiet=("45m", "60m", "90m")),
    Case("recovers", "the part is off", (*SERVICE, faults("0+1x60 60x100")), firing=("60m",), quiet=("115m",)),
)
