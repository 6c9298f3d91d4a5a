"""Is it there at all?"""

from __future__ import annotations

from obs.generate.rules.case import Case, Firing
from obs.generate.rules.cases.made_up import SERVICE, TEAM, of, owned, requests, up
from obs.metrics.catalog import OBS_SERVICE_INFO

ELSEWHERE = up("1x60", env="staging")
GONE = (
    up("1x10 0x20 1x30"),
    up("1x10 0x20 1x30", instance="b:9464"),
    owned("1x10 _x20 1x30"),
    ELSEWHERE,
    up("0x60", instance="b:9464", env="staging"),
)

SERVICE_DOWN = (
    Case(
        "fires",
        "both instances are gone, and with them what says whose they are",
        GONE,
        fires={
            "15m": (
                Firing(
                    TEAM,
                    "All 2 known instances of chat (prod) are down, a:9464 among them: the service is "
                    "gone, or the way to it is.",
                ),
            )
        },
    ),
    Case(
        "fires",
        "so is one that names its own team; that is told, though another owns its endpoint",
        (*GONE, of(OBS_SERVICE_INFO, "1x10 _x20 1x30", team="chat-platform")),
        fires={
            "15m": (
                Firing(
                    TEAM | {"team": "chat-platform"},
                    "All 2 known instances of chat (prod) are down, a:9464 among them: the service is "
                    "gone, or the way to it is.",
                ),
            )
        },
    ),
    Case("under", "one of two answers", (*SERVICE, up("1x60"), up("0x60", instance="b:9464")), quiet=("20m", "60m")),
    Case("no-traffic", "up, and nobody asks anything", (*SERVICE, up("1x60"), requests("0x60")), quiet=("30m",)),
    Case(
        "low-traffic",
        "a scrape fails now and then",
        (*SERVICE, up("1x9 0 1x9 0 1x9 0 1x30")),
        quiet=("9m", "10m", "20m"),
    ),
    Case("recovers", "they come back", GONE, firing=("20m",), quiet=("33m", "45m")),
)


def fleet(down: str, count: int) -> tuple[tuple[str, str], ...]:
    """Ten instances, ``count`` of them as ``down`` says."""
    return tuple(up(down if number < count else "1x90", instance=f"i{number}:9464") for number in range(10))


TARGET_DOWN = (
    Case(
        "fires",
        "three of ten",
        (*SERVICE, *fleet("1x5 0x85", 3), ELSEWHERE),
        fires={
            "20m": (
                Firing(
                    TEAM, "30% of the instances of chat (prod) are down, i0:9464 among them; the others carry its load."
                ),
            )
        },
    ),
    Case("under", "one of ten", (*SERVICE, *fleet("1x5 0x85", 1)), quiet=("20m", "60m")),
    Case(
        "no-traffic", "ten that nobody asks anything", (*SERVICE, *fleet("1x90", 0), requests("0x90")), quiet=("60m",)
    ),
    Case(
        "low-traffic",
        "three for five minutes, as a deploy does",
        (*SERVICE, *fleet("1x5 0x5 1x80", 3)),
        quiet=("9m", "16m"),
    ),
    Case("recovers", "they come back", (*SERVICE, *fleet("1x5 0x25 1x60", 3)), firing=("25m",), quiet=("34m",)),
)

TRAFFIC_STOPPED = (
    Case(
        "fires",
        "two requests a second, then none; staging goes on",
        (*SERVICE, requests("0+120x90 10800+0x60"), requests("0+120x150", env="staging")),
        fires={
            "100m": (
                Firing(
                    TEAM,
                    "chat (prod) had 2.00 requests a second in the hour before, and now 0.00: what is in "
                    "front of it sends it nothing, or it takes nothing.",
                ),
            )
        },
    ),
    Case(
        "fires",
        "every target is gone, and the series with them",
        (*SERVICE[3:], owned("1x90"), requests("0+120x90")),
        fires={
            "104m": (
                Firing(
                    TEAM,
                    "chat (prod) had 1.95 requests a second in the hour before, and now none: what is in "
                    "front of it sends it nothing, or it takes nothing.",
                ),
            )
        },
    ),
    Case("under", "it falls to a ninth", (*SERVICE, requests("0+120x90 10813+13x60")), quiet=("95m", "100m")),
    Case("no-traffic", "there never is any", (*SERVICE, requests("0x150")), quiet=("100m", "150m")),
    Case(
        "low-traffic",
        "half a request a second, then none",
        (*SERVICE, requests("0+30x90 2700+0x60")),
        quiet=("100m", "120m"),
    ),
    Case(
        "recovers",
        "it comes again",
        (*SERVICE, requests("0+120x90 10800+0x20 10920+120x60")),
        firing=("100m",),
        quiet=("115m", "140m"),
    ),
)
