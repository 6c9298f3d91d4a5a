"""Does a process grow, or stand still?"""

from __future__ import annotations

from obs.generate.rules.case import Case, Firing
from obs.generate.rules.cases.made_up import SERVICE, TEAM, Series, of, requests
from obs.metrics.catalog import (
    OBS_GREENLETS,
    OBS_WAIT_SECONDS,
    OBS_WORK_SECONDS,
    PROCESS_RESIDENT_MEMORY,
    PYTHON_GC_PAUSE,
)

FLOW = requests("0+600x600")
WAITS = of(OBS_WAIT_SECONDS, "0+120x600", work="GET /x", on="http")


def greenlets(values: str, **labels: str) -> Series:
    """Of two processes."""
    return of(OBS_GREENLETS, values, state="waiting", **labels)


GREENLET_LEAK = (
    Case(
        "fires",
        "from 200 to 2,000 in each process within hours, at the same traffic; staging is as ever",
        (*SERVICE, FLOW, WAITS, greenlets("400x200 400+20x180 4000x100"), greenlets("400x480", env="staging")),
        fires={
            "400m": (
                Firing(
                    TEAM,
                    "chat (prod) has 1890 greenlets in each process, and three hours ago 390; its traffic "
                    "does not explain it. Most of the waiting is for http.",
                ),
            )
        },
    ),
    Case(
        "under",
        "not quite twice as many",
        (*SERVICE, FLOW, greenlets("1000x200 1990x300")),
        quiet=("300m", "370m"),
    ),
    Case(
        "under",
        "three times as many, for three times the traffic",
        (*SERVICE, requests("0+200x200 40000+600x300"), greenlets("1000x200 3000x300")),
        quiet=("230m", "300m", "360m"),
    ),
    Case("no-traffic", "none", (*SERVICE, requests("0x600"), greenlets("4x600")), quiet=("300m", "500m")),
    Case(
        "low-traffic",
        "from 10 to 60: too few to say",
        (*SERVICE, requests("0+6x600"), greenlets("20x200 120x400")),
        quiet=("250m", "300m"),
    ),
    Case(
        "recovers",
        "a deploy ends the processes",
        (*SERVICE, FLOW, greenlets("400x200 400+20x180 4000x40 400x100")),
        firing=("400m",),
        quiet=("425m", "450m"),
    ),
)

MIB = 2**20


def memory(*spans: str, **labels: str) -> Series:
    """Of two processes."""
    return of(PROCESS_RESIDENT_MEMORY, " ".join(spans), **labels)


def mib(count: int) -> int:
    """Bytes of two processes that have so many MiB each."""
    return 2 * count * MIB


MEMORY_GROWTH = (
    Case(
        "fires",
        "from 300 to 450 MiB in each process within three hours; staging is as ever",
        (
            *SERVICE,
            memory(f"{mib(300)}x200 {mib(300)}+{2 * MIB}x150 {mib(450)}x100"),
            memory(f"{mib(300)}x450", env="staging"),
        ),
        fires={
            "390m": (
                Firing(
                    TEAM,
                    "A process of chat (prod) has 450MiB on average, and three hours ago 309MiB. Greenlets "
                    "in each: unknown; processes: 2.",
                ),
            )
        },
    ),
    Case("under", "from 300 to 389 MiB", (*SERVICE, memory(f"{mib(300)}x200 {mib(389)}x300")), quiet=("260m", "360m")),
    Case(
        "no-traffic",
        "as much as ever",
        (*SERVICE, requests("0x600"), memory(f"{mib(300)}x600")),
        quiet=("300m", "500m"),
    ),
    Case(
        "low-traffic",
        "a small process that warms up: from 40 to 90 MiB",
        (*SERVICE, requests("0+6x600"), memory(f"{mib(40)}x200 {mib(90)}x300")),
        quiet=("260m", "360m"),
    ),
    Case(
        "recovers",
        "a deploy ends the processes",
        (*SERVICE, memory(f"{mib(300)}x200 {mib(450)}x120 {mib(300)}x100")),
        firing=("280m",),
        quiet=("325m", "400m"),
    ),
)


def paused(values: str, **labels: str) -> Series:
    """Seconds of two processes."""
    return of(PYTHON_GC_PAUSE, values, "_sum", generation="2", **labels)


GC_PAUSES = (
    Case(
        "fires",
        "for 4.8 s of each minute in each process; staging rests",
        (
            *SERVICE,
            paused("0+9.6x120"),
            paused("0+0x120", env="staging"),
            of(OBS_WORK_SECONDS, "0+30x120", kind="request", work="GET /x", feature="messaging", state="cpu"),
        ),
        fires={
            "30m": (
                Firing(
                    TEAM,
                    "Garbage collection stops each process of chat (prod) for 8% of the time, and every "
                    "request with it. GET /x holds the loops most: 500ms of each second, all processes "
                    "together.",
                ),
            )
        },
    ),
    Case("under", "for 2.99 s", (*SERVICE, paused("0+5.98x120")), quiet=("30m", "90m")),
    Case("no-traffic", "nothing to collect", (*SERVICE, paused("0x120")), quiet=("30m",)),
    Case("low-traffic", "one long pause", (*SERVICE, paused("0x30 40x90")), quiet=("31m", "40m", "50m")),
    Case("recovers", "the load goes", (*SERVICE, paused("0+9.6x40 384x80")), firing=("35m",), quiet=("50m",)),
)
