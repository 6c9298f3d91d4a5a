"""Do the queues drain? Sent to by ``front``, worked on by ``chat``."""

from __future__ import annotations

from obs.generate.rules.case import Case, Firing
from obs.generate.rules.cases.made_up import SERVICE, TEAM, Series, of, owned
from obs.metrics.catalog import (
    MESSAGING_PROCESS_DURATION,
    MESSAGING_SENT,
    OBS_JOB_BACKLOG,
    OBS_JOB_BROKER_UP,
    OBS_JOB_OLDEST_AGE,
    OBS_JOB_SLOTS,
    OBS_PROCESSES,
)
from obs.metrics.metric import Metric

SYSTEM = {"messaging_system": "celery"}
QUEUE = SYSTEM | {"messaging_destination_name": "chat"}
LABELS = TEAM | QUEUE


def queue(metric: Metric, values: str, **labels: str) -> tuple[Series, ...]:
    """As the host processes of both services read it from the broker."""
    return of(metric, values, **QUEUE | labels), of(metric, values, **QUEUE | {"service": "front"} | labels)


def worked(values: str, sent: str = "0+60x200") -> tuple[Series, ...]:
    return (
        of(MESSAGING_PROCESS_DURATION, values, "_count", **QUEUE, job="push", outcome="ok"),
        of(MESSAGING_SENT, sent, **QUEUE, job="push", service="front"),
    )


OWNED = (
    *SERVICE,
    owned(work="push", kind="job"),
    owned(work="GET /front", service="front", team="web"),
    of(OBS_PROCESSES, "2x900", service="front"),
)
READ = queue(OBS_JOB_BROKER_UP, "1x200")
SLOTS = of(OBS_JOB_SLOTS, "8x200", **SYSTEM)
OTHER = queue(OBS_JOB_OLDEST_AGE, "1x200", env="staging")

QUEUE_AGE = (
    Case(
        "fires",
        "60 jobs a second come, 40 end; staging's queue is empty",
        (
            *OWNED,
            *READ,
            SLOTS,
            *worked("0+2400x200", "0+3600x200"),
            *queue(OBS_JOB_BACKLOG, "0+1200x200"),
            *queue(OBS_JOB_OLDEST_AGE, "0+20x200"),
            *OTHER,
        ),
        fires={
            "30m": (
                Firing(
                    LABELS,
                    "The first job of queue chat (celery, prod) has waited for 10m 0s. 36000 jobs wait; "
                    "60.00 a second come, 40.00 end; the workers of chat can run 8 jobs at once; most "
                    "of what is done is push.",
                ),
            )
        },
    ),
    Case(
        "fires",
        "the worker has stopped and nothing of it is left; who sends is still there",
        (
            *OWNED[:4],
            READ[1],
            owned("1x20", work="push", kind="job"),
            *OWNED[-2:],
            *worked("0+60x20"),
            of(OBS_JOB_BACKLOG, "0x20 0+60x100", **QUEUE, service="front"),
            of(OBS_JOB_OLDEST_AGE, "0x20 0+60x100", **QUEUE, service="front"),
        ),
        fires={
            "40m": (
                Firing(
                    LABELS,
                    "The first job of queue chat (celery, prod) has waited for 19m 0s. 1140 jobs wait; "
                    "1.00 a second come, none end; no worker of chat lives; nothing is done.",
                ),
            )
        },
    ),
    Case("under", "five minutes", (*OWNED, *READ, *queue(OBS_JOB_OLDEST_AGE, "300x200")), quiet=("20m", "60m")),
    Case(
        "no-traffic",
        "empty",
        (*OWNED, *READ, *queue(OBS_JOB_OLDEST_AGE, "0x200"), *queue(OBS_JOB_BACKLOG, "0x200")),
        quiet=("20m",),
    ),
    Case(
        "low-traffic",
        "a few jobs, each taken within a minute",
        (
            *OWNED,
            *READ,
            *queue(OBS_JOB_OLDEST_AGE, "0x10 50 0x10 20 0x60"),
            *queue(OBS_JOB_BACKLOG, "0x10 1 0x10 1 0x60"),
        ),
        quiet=("11m", "22m"),
    ),
    Case(
        "recovers",
        "workers catch up",
        (*OWNED, *READ, *queue(OBS_JOB_OLDEST_AGE, "0+60x30 0x60")),
        firing=("20m",),
        quiet=("35m",),
    ),
)

QUEUE_NOT_DRAINING = (
    Case(
        "fires",
        "60 jobs a minute come and 30 end; staging's queue is empty",
        (
            *OWNED,
            *READ,
            SLOTS,
            *worked("0+30x200", "0+60x200"),
            *queue(OBS_JOB_BACKLOG, "0+30x200"),
            *queue(OBS_JOB_BACKLOG, "0x200", env="staging"),
        ),
        fires={
            "40m": (
                Firing(
                    LABELS,
                    "For a quarter of an hour queue chat (celery, prod) has not got shorter. 1200 jobs "
                    "wait; 1.00 a second come, 0.50 end; the workers of chat can run 8 jobs at once; "
                    "most of what is done is push.",
                ),
            )
        },
    ),
    Case(
        "fires",
        "the worker hangs: 40 jobs stand, none comes, none ends",
        (*OWNED, *READ, SLOTS, *worked("60x200", "100x200"), *queue(OBS_JOB_BACKLOG, "0x5 40x200")),
        fires={
            "40m": (
                Firing(
                    LABELS,
                    "For a quarter of an hour queue chat (celery, prod) has not got shorter. 40 jobs wait; "
                    "0.00 a second come, 0.00 end; the workers of chat can run 8 jobs at once; nothing "
                    "is done.",
                ),
            )
        },
    ),
    Case(
        "under",
        "119 s of work stand in it all the time",
        (*OWNED, *READ, *worked("0+60x200", "0+60x200"), *queue(OBS_JOB_BACKLOG, "119x200")),
        quiet=("40m", "90m"),
    ),
    Case(
        "no-traffic",
        "empty",
        (*OWNED, *READ, *worked("0x200", "0x200"), *queue(OBS_JOB_BACKLOG, "0x200")),
        quiet=("40m",),
    ),
    Case(
        "low-traffic",
        "nine jobs that nobody takes: queue-age says so",
        (*OWNED, *READ, *worked("0x200", "9x200"), *queue(OBS_JOB_BACKLOG, "9x200")),
        quiet=("40m", "90m"),
    ),
    Case(
        "recovers",
        "workers catch up",
        (*OWNED, *READ, *worked("0+30x40 1320+120x60", "0+60x100"), *queue(OBS_JOB_BACKLOG, "0+30x40 1140-60x19 0x40")),
        firing=("38m",),
        quiet=("55m", "80m"),
    ),
)

BROKER_UNREADABLE = (
    Case(
        "fires",
        "neither service can read it; staging's broker answers",
        (
            *OWNED,
            *worked("0+60x20 1200x60", "0+60x20 1200x60"),
            *queue(OBS_JOB_BROKER_UP, "1x20 0x60"),
            *queue(OBS_JOB_BROKER_UP, "1x80", env="staging"),
            of(OBS_JOB_BACKLOG, "0x20", **QUEUE),
        ),
        fires={
            "24m": (
                Firing(
                    LABELS,
                    "No instance can read queue chat (celery, prod): its backlog and age are not known, "
                    "and jobs can hardly be sent. Last: 0.20 a second sent, 0.20 ended.",
                ),
            )
        },
    ),
    Case(
        "under",
        "one of two can't",
        (*OWNED, of(OBS_JOB_BROKER_UP, "0x80", **QUEUE), of(OBS_JOB_BROKER_UP, "1x80", **QUEUE, service="front")),
        quiet=("20m",),
    ),
    Case(
        "no-traffic",
        "nothing is sent",
        (*OWNED, *worked("0x80", "0x80"), *queue(OBS_JOB_BROKER_UP, "1x80")),
        quiet=("30m",),
    ),
    Case(
        "low-traffic",
        "it is restarted, for two minutes",
        (*OWNED, *queue(OBS_JOB_BROKER_UP, "1x20 0x1 1x50")),
        quiet=("22m", "24m", "30m"),
    ),
    Case(
        "recovers",
        "it answers again",
        (*OWNED, *worked("0+60x80"), *queue(OBS_JOB_BROKER_UP, "1x20 0x20 1x30")),
        firing=("35m",),
        quiet=("46m",),
    ),
)
