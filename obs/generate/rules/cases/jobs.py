"""Do jobs fail?"""

from __future__ import annotations

from obs.generate.rules.case import Case, Firing
from obs.generate.rules.cases.made_up import SERVICE, WORK, Series, of, owned
from obs.metrics.catalog import MESSAGING_PROCESS_DURATION, OBS_JOB_RETRIES, OBS_JOBS_LOST

PUSH = WORK | {"work": "push"}
OWNED = (*SERVICE, owned(work="push", kind="job"), owned(work="push", kind="job", env="staging"))


def ended(values: str, outcome: str = "ok", **labels: str) -> Series:
    known = {"messaging_system": "celery", "messaging_destination_name": "chat", "job": "push", "outcome": outcome}
    return of(MESSAGING_PROCESS_DURATION, values, "_count", **known, **labels)


def again(values: str, **labels: str) -> Series:
    return of(OBS_JOB_RETRIES, values, messaging_destination_name="chat", job="push", **labels)


def lost(values: str, **labels: str) -> Series:
    return of(OBS_JOBS_LOST, values, messaging_destination_name="chat", job="push", **labels)


JOB_FAILURES = (
    Case(
        "fires",
        "20 of 100 in a minute; in staging none",
        (
            *OWNED,
            ended("0+80x120"),
            ended("0+5x120", "failed"),
            ended("0+15x120", "timed_out"),
            ended("0+50x120", env="staging"),
        ),
        fires={"30m": (Firing(PUSH, '20% of the deliveries of push in chat (prod) fail. Most are "timed_out".'),)},
    ),
    Case("under", "9.9 of 100", (*OWNED, ended("0+90.1x120"), ended("0+9.9x120", "failed")), quiet=("30m", "90m")),
    Case(
        "no-traffic",
        "nothing is delivered any more",
        (*OWNED, ended("100x120"), ended("50x120", "failed")),
        quiet=("30m",),
    ),
    Case(
        "low-traffic",
        "three of four fail, at night",
        (*OWNED, ended("0x30 1x90"), ended("0x30 3x90", "failed")),
        quiet=("31m", "36m", "45m"),
    ),
    Case(
        "recovers",
        "it is mended",
        (*OWNED, ended("0+80x30 2500+100x60"), ended("0+20x30 600x60", "failed")),
        firing=("30m",),
        quiet=("55m",),
    ),
)

RETRY_STORM = (
    Case(
        "fires",
        "80 of 100 in a minute; in staging none",
        (
            *OWNED,
            ended("0+20x120"),
            ended("0+80x120", "retried"),
            again("0+80x120"),
            again("0+0x120", env="staging"),
            ended("0+9x120", env="staging"),
        ),
        fires={
            "30m": (
                Firing(
                    PUSH,
                    '80% of the deliveries of push in chat (prod) are not the first of their job. Most are "retried".',
                ),
            )
        },
    ),
    Case(
        "under",
        "half of them",
        (*OWNED, ended("0+50x120"), ended("0+50x120", "retried"), again("0+50x120")),
        quiet=("30m", "90m"),
    ),
    Case("no-traffic", "nothing is delivered any more", (*OWNED, ended("100x120"), again("100x120")), quiet=("30m",)),
    Case(
        "low-traffic",
        "20 in a quarter of an hour",
        (*OWNED, ended("0x30 0+2x10 20x80", "retried"), again("0x30 0+2x10 20x80")),
        quiet=("35m", "40m", "46m"),
    ),
    Case(
        "recovers",
        "what it calls is back",
        (*OWNED, ended("0+20x30 700+100x60"), ended("0+80x30 2400x60", "retried"), again("0+80x30 2400x60")),
        firing=("30m",),
        quiet=("55m",),
    ),
)

JOBS_LOST = (
    Case(
        "fires",
        "one a minute; in staging none",
        (*OWNED, lost("0+0x10 0+1x50"), lost("0x60", env="staging")),
        fires={
            "30m": (
                Firing(
                    PUSH,
                    "15 deliveries of push in chat (prod) lost their worker in a quarter of an hour: "
                    "killed for its memory, by hand, or by a deploy that doesn't wait.",
                ),
            )
        },
    ),
    Case(
        "under",
        "not quite one in five minutes",
        (*OWNED, lost("0+0.19x60")),
        quiet=("20m", "40m"),
    ),
    Case("no-traffic", "none any more", (*OWNED, lost("7x120")), quiet=("30m",)),
    Case("low-traffic", "two in an hour, as deploys do", (*OWNED, lost("0x20 1x20 2x80")), quiet=("21m", "41m", "50m")),
    Case("recovers", "workers live again", (*OWNED, lost("0x10 0+1x20 20x60")), firing=("30m",), quiet=("50m",)),
)
