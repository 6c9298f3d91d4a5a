"""Did a deploy make it worse? Version 1 runs for an hour, then version 2 in its place."""

from __future__ import annotations

from obs.generate.rules.case import Case, Firing
from obs.generate.rules.cases.made_up import WORK, Series, of, owned, requests
from obs.metrics.catalog import OBS_PROCESSES

X = WORK | {"work": "GET /x"}
NEW = {"version": "2", "instance": "b:9464"}


def deployed(rate: float, seconds: tuple[float, float], failing: tuple[float, float] = (0, 0)) -> tuple[Series, ...]:
    """``rate`` requests a minute that take so long, and so many of them fail: on the old version, on the new."""
    old, new = rate - failing[0], rate - failing[1]
    return (
        owned("1x70"),
        of(OBS_PROCESSES, "2x70"),
        requests(f"0+{old}x70"),
        requests(f"0+{old * seconds[0]}x70", "_sum"),
        requests(f"0+{failing[0]}x70", error="E"),
        requests(f"0+{failing[0] * seconds[0]}x70", "_sum", error="E"),
        owned("_x65 1x140", **NEW),
        of(OBS_PROCESSES, "_x65 2x140", **NEW),
        requests(f"_x65 0+{new}x140", **NEW),
        requests(f"_x65 0+{new * seconds[1]}x140", "_sum", **NEW),
        requests(f"_x65 0+{failing[1]}x140", error="E", **NEW),
        requests(f"_x65 0+{failing[1] * seconds[1]}x140", "_sum", error="E", **NEW),
    )


STAGING = tuple((name.replace('env="prod"', 'env="staging"'), values) for name, values in deployed(60, (0.1, 0.1)))
MENDED = (
    owned("_x115 1x60", version="3", instance="c:9464"),
    of(OBS_PROCESSES, "_x115 2x60", version="3", instance="c:9464"),
    requests("_x115 0+60x60", version="3", instance="c:9464"),
    requests("_x115 0+6x60", "_sum", version="3", instance="c:9464"),
)

DEPLOY_SLOWER = (
    Case(
        "fires",
        "from 100 to 200 ms; in staging not",
        (*deployed(60, (0.1, 0.2)), *STAGING),
        fires={
            "100m": (
                Firing(
                    X,
                    "GET /x of chat (prod) takes 200ms on average, and took 100ms. Version 2: 1860 "
                    "requests in half an hour; version 1 before it: 2610 in an hour.",
                ),
            )
        },
    ),
    Case("fires", "also hours after the last of the old version", deployed(60, (0.1, 0.2)), firing=("150m",)),
    Case("under", "from 100 to 149 ms", deployed(60, (0.1, 0.149)), quiet=("100m",)),
    Case("under", "three times as long, which is 15 ms more", deployed(60, (0.0075, 0.0225)), quiet=("100m",)),
    Case("no-traffic", "none", deployed(0, (0.1, 0.2)), quiet=("100m",)),
    Case("low-traffic", "150 requests in half an hour", deployed(5, (0.1, 0.9)), quiet=("100m",)),
    Case(
        "recovers",
        "the next version is fast again",
        (*deployed(60, (0.1, 0.2)), *MENDED),
        firing=("110m",),
        quiet=("150m",),
    ),
)

DEPLOY_ERRORS = (
    Case(
        "fires",
        "from one in 60 to six; in staging not",
        (*deployed(60, (0.1, 0.1), (1, 6)), *STAGING),
        fires={
            "100m": (
                Firing(
                    X,
                    "10% of the requests to GET /x of chat (prod) fail, and before 1.667% did. Version 2: "
                    "1860 requests in half an hour; version 1 before it: 2610 in an hour.",
                ),
            )
        },
    ),
    Case("under", "from one in 60 to 2.6", deployed(60, (0.1, 0.1), (1, 2.59)), quiet=("100m",)),
    Case("no-traffic", "none", deployed(0, (0.1, 0.1)), quiet=("100m",)),
    Case(
        "low-traffic",
        "half of 150 requests in half an hour fail",
        deployed(5, (0.1, 0.1), (0, 2.5)),
        quiet=("100m",),
    ),
    Case("low-traffic", "nine fail", deployed(10, (0.1, 0.1), (0, 0.3)), quiet=("100m",)),
    Case(
        "recovers",
        "the next version is well again",
        (*deployed(60, (0.1, 0.1), (1, 6)), *MENDED),
        firing=("110m",),
        quiet=("150m",),
    ),
)
