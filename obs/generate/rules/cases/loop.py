"""Can the event loop keep up?"""

from __future__ import annotations

from obs.generate.rules.case import Case, Firing
from obs.generate.rules.cases.made_up import SERVICE, TEAM, WORK, Series, of
from obs.metrics.catalog import (
    OBS_INTERFERENCE,
    OBS_LISTEN_QUEUE_CONNECTIONS,
    OBS_LISTEN_QUEUE_LIMIT,
    OBS_LOOP_BLOCKED,
    OBS_LOOP_DELAY,
    OBS_LOOP_SECONDS,
    OBS_THREADPOOL_QUEUE,
    OBS_THREADPOOL_SIZE,
    OBS_THREADPOOL_WAIT,
    OBS_WORK_SECONDS,
)

STAGING = "staging"
HOLDS = of(OBS_WORK_SECONDS, "0+30x120", kind="request", work="GET /x", feature="messaging", state="cpu")
INTERFERES = of(OBS_INTERFERENCE, "0+12x120", culprit="GET /x", victim="GET /y")


def loop(busy: str, idle: str, **labels: str) -> tuple[Series, ...]:
    """Seconds of the loops, a minute."""
    return of(OBS_LOOP_SECONDS, busy, state="busy", **labels), of(OBS_LOOP_SECONDS, idle, state="idle", **labels)


IDLE = loop("0+0x120", "0+60x120")

LOOP_SATURATED = (
    Case(
        "fires",
        "busy for 54 s of each minute; staging is idle",
        (*SERVICE, *loop("0+54x120", "0+6x120"), *loop("0+1x120", "0+59x120", env=STAGING), HOLDS),
        fires={
            "20m": (
                Firing(
                    TEAM,
                    "The loops of chat (prod) are busy 90% of the time; requests stand in line for them. "
                    "GET /x holds the loops most: 500ms of each second, all processes together.",
                ),
            )
        },
    ),
    Case("under", "busy for 50.4 s of each minute", (*SERVICE, *loop("0+50.4x120", "0+9.6x120")), quiet=("20m", "60m")),
    Case("no-traffic", "nothing to do", (*SERVICE, *IDLE), quiet=("30m",)),
    Case(
        "low-traffic",
        "busy for one minute in ten",
        (*SERVICE, *loop("0+0x9 60+0x9 120+0x9 180+0x60", "0+54x87")),
        quiet=("10m", "11m", "14m", "20m"),
    ),
    Case(
        "recovers",
        "the load goes",
        (*SERVICE, *loop("0+54x30 1626+6x60", "0+6x30 234+54x60")),
        firing=("25m",),
        quiet=("36m", "60m"),
    ),
)


def blocked(values: str, work: str = "GET /x", **labels: str) -> Series:
    return of(OBS_LOOP_BLOCKED, values, work=work, **labels)


LOOP_BLOCKED = (
    Case(
        "fires",
        "for 12 s of each minute, on one of two instances; gevent's own callbacks on the other",
        (
            *SERVICE,
            *loop("0+20x120", "0+40x120"),
            *loop("0+20x120", "0+40x120", instance="b:9464", version="2"),
            blocked("0+12x120"),
            blocked("0+1x120", instance="b:9464", version="2"),
            blocked("0+9x120", work="(loop)", instance="b:9464", version="2"),
            INTERFERES,
        ),
        fires={
            "20m": (
                Firing(
                    TEAM | {"work": "(loop)"},
                    "(loop) of chat (prod) holds a loop 15% of the time in pieces of 20 ms and more, where "
                    "it is worst; nobody is known to stand in line behind it.",
                ),
                Firing(
                    WORK | {"work": "GET /x"},
                    "GET /x of chat (prod) holds a loop 20% of the time in pieces of 20 ms and more, where "
                    "it is worst; GET /y stands in line behind it most, 200ms of each second.",
                ),
            )
        },
    ),
    Case(
        "under",
        "for 5.9 s of each minute",
        (*SERVICE, *loop("0+20x120", "0+40x120"), blocked("0+5.9x120")),
        quiet=("20m", "60m"),
    ),
    Case("no-traffic", "nothing to do", (*SERVICE, *IDLE, blocked("5x120")), quiet=("20m",)),
    Case(
        "low-traffic",
        "once in half an hour, for two seconds",
        (*SERVICE, *loop("0+1x120", "0+59x120"), blocked("0x30 2x30 4x60")),
        quiet=("31m", "33m", "61m"),
    ),
    Case(
        "recovers",
        "it is mended",
        (*SERVICE, *loop("0+20x120", "0+40x120"), blocked("0+12x30 360x60")),
        firing=("20m",),
        quiet=("40m",),
    ),
)


def late(fast: str, all_: str, faster: str = "", **labels: str) -> tuple[Series, ...]:
    """Probes that came within 250 ms, and all; of the fast ones so many came within 100 ms, or all of them."""
    return (
        of(OBS_LOOP_DELAY, faster or fast, "_bucket", le="0.1", **labels),
        of(OBS_LOOP_DELAY, fast, "_bucket", le="0.25", **labels),
        of(OBS_LOOP_DELAY, all_, "_bucket", le="0.5", **labels),
        of(OBS_LOOP_DELAY, all_, "_bucket", le="+Inf", **labels),
    )


LOOP_DELAY = (
    Case(
        "fires",
        "one probe in ten comes late; staging is idle",
        (
            *SERVICE,
            *loop("0+30x120", "0+30x120"),
            *late("0+5400x120", "0+6000x120"),
            *late("0+6000x120", "0+6000x120", env=STAGING),
            INTERFERES,
            blocked("0+6x120"),
        ),
        fires={
            "20m": (
                Firing(
                    TEAM,
                    "One time in a hundred the loops of chat (prod) come 475ms late or later, on top of "
                    "each request's own time; they are busy 50% of the time. GET /x made others stand in "
                    "line for 200ms of each second; GET /x blocks them most: 100ms of each second.",
                ),
            )
        },
    ),
    Case(
        "under",
        "fewer than one in a hundred",
        (*SERVICE, *late("0+5941x120", "0+6000x120", "0+3000x120")),
        quiet=("20m", "60m"),
    ),
    Case(
        "no-traffic", "every probe is answered at once", (*SERVICE, *late("0+6000x120", "0+6000x120")), quiet=("30m",)
    ),
    Case(
        "low-traffic",
        "one bad minute",
        (*SERVICE, *late("0+6000x20 120000 126000+6000x60", "0+6000x20 126000 132000+6000x60")),
        quiet=("21m", "25m", "32m"),
    ),
    Case(
        "recovers",
        "the load goes",
        (*SERVICE, *late("0+5400x30 168000+6000x60", "0+6000x30 186000+6000x60")),
        firing=("25m",),
        quiet=("40m",),
    ),
)


def line(values: str, port: str = "8000", limit: str = "100x120") -> tuple[Series, ...]:
    return of(OBS_LISTEN_QUEUE_CONNECTIONS, values, port=port), of(OBS_LISTEN_QUEUE_LIMIT, limit, port=port)


LISTEN_QUEUE_FILLING = (
    Case(
        "fires",
        "60 of 100 connections wait",
        (
            *SERVICE,
            *loop("0+58x120", "0+2x120"),
            HOLDS,
            *line("0x5 60x60"),
        ),
        fires={
            "15m": (
                Firing(
                    TEAM | {"port": "8000"},
                    "The accept queue of chat (prod) on port 8000 is 60% full; when it is full the kernel "
                    "drops connections. Its loops are busy 96.67% of the time. GET /x holds the loops "
                    "most: 500ms of each second, all processes together.",
                ),
            )
        },
    ),
    Case("under", "half full", (*SERVICE, *line("50x120")), quiet=("20m", "60m")),
    Case("no-traffic", "empty", (*SERVICE, *line("0x120")), quiet=("20m",)),
    Case("low-traffic", "full for one look", (*SERVICE, *line("0x10 100 0x60")), quiet=("11m", "12m", "13m")),
    Case("recovers", "workers take them", (*SERVICE, *line("0x5 60x20 0x60")), firing=("20m",), quiet=("27m",)),
)


def pool(queue: str, waited: str = "0+0x120", tasks: str = "0+0x120") -> tuple[Series, ...]:
    return (
        of(OBS_THREADPOOL_QUEUE, queue),
        of(OBS_THREADPOOL_SIZE, "10x120"),
        of(OBS_THREADPOOL_WAIT, waited, "_sum"),
        of(OBS_THREADPOOL_WAIT, tasks, "_count"),
    )


THREADPOOL_EXHAUSTED = (
    Case(
        "fires",
        "30 tasks for ten threads, none ends",
        (*SERVICE, *pool("0x5 30x60")),
        fires={
            "15m": (
                Firing(
                    TEAM,
                    "A thread pool of chat (prod) has 3.0 unfinished tasks for each thread it may have; a "
                    "task waits an unknown time for a thread. `obs dump PID` shows what the threads do; "
                    "often it is DNS.",
                ),
            )
        },
    ),
    Case(
        "fires",
        "tasks wait for half a second each",
        (*SERVICE, *pool("12x120", "0+60x120", "0+120x120")),
        fires={
            "15m": (
                Firing(
                    TEAM,
                    "A thread pool of chat (prod) has 1.2 unfinished tasks for each thread it may have; a "
                    "task waits 500ms for a thread. `obs dump PID` shows what the threads do; often it is "
                    "DNS.",
                ),
            )
        },
    ),
    Case(
        "under",
        "15 tasks, and 249 ms each",
        (*SERVICE, *pool("15x120", "0+29.88x120", "0+120x120")),
        quiet=("20m", "60m"),
    ),
    Case("no-traffic", "no tasks", (*SERVICE, *pool("0x120")), quiet=("20m",)),
    Case(
        "low-traffic",
        "ten tasks a minute wait for a second",
        (*SERVICE, *pool("1x120", "0+10x120", "0+10x120")),
        quiet=("20m",),
    ),
    Case("recovers", "they end", (*SERVICE, *pool("0x5 30x20 0x60")), firing=("20m",), quiet=("27m",)),
)
