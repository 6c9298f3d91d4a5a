"""Is a promise broken? 1,000 works a minute count for ``send``, of which 99.9% must be good: one may be bad."""

from __future__ import annotations

from obs.generate.rules.case import Case, Firing
from obs.generate.rules.cases.made_up import WORK, Series, of, requests
from obs.metrics.catalog import OBS_SLI, OBS_SLI_ERRORS, OBS_SLO_OBJECTIVE

SEND = WORK | {"slo": "send"}
TOLD = {"feature": "messaging", "team": "chat-core"}


def counted(total: str, bad: str, slo: str = "send", **labels: str) -> tuple[Series, Series]:
    """All and the bad of one instance."""
    known = {"slo": slo, "feature": TOLD["feature"]} | labels
    return of(OBS_SLI, total, **known), of(OBS_SLI_ERRORS, bad, **known)


def promised(ratio: float, length: int = 600, slo: str = "send", **labels: str) -> Series:
    """The objective of one instance."""
    return of(OBS_SLO_OBJECTIVE, f"{ratio}x{length}", slo=slo, **TOLD | labels)


def bad(a_minute: float, minutes: int = 600, then: int = 0) -> tuple[Series, ...]:
    """So many of the 1,000 in each minute, and none in those after."""
    more = f" {a_minute * minutes:g}x{then}" if then else ""
    return *counted("0+1000x600", f"0+{a_minute:g}x{minutes}{more}"), promised(0.999)


def told(part: str, window: str, times: str, burn: str, more: str = "") -> dict[str, tuple[Firing, ...]]:
    """The one alert, by when: ``times`` bad ones, ``part`` of all in ``window``."""
    said = (
        f"send of chat (prod): {part} of what counts was bad in the last {window} ({times}), {burn} times what a "
        f"promise of 99.9% bears. Of the budget of 30 days nothing is left.{more}"
    )
    return {WHEN[window]: (Firing(SEND, said),)}


WHEN = {"1h": "60m", "6h": "60m", "1d": "120m", "3d": "250m"}
"""When the alert of that long window is asked."""
FAILING = requests("0+30x600", error="E")
WHO = " GET /x fails most in the service, 0.50 times a second."

ROLLOUT = (
    *counted("0+500x600", "0+10x600", version="1"),
    *counted("0+500x600", "0+10x600", version="2", instance="b:9464", feature="chat"),
    promised(0.95, version="1"),
    promised(0.95, version="1", instance="c:9464"),
    promised(0.999, version="2", instance="b:9464", feature="chat", team="somebody-new"),
)
"""A rollout makes the objective stricter and gives the SLO to another team: one instance of three is new."""
BESIDE = (
    *counted("0+1000x600", "0+1000x600", env="staging"),
    *counted("0+1000x600", "0+1x600", slo="send-in-time"),
    promised(0.999, slo="send-in-time"),
    *counted("0+1000x600", "0+20x600", slo="loose"),
    promised(0.95, slo="loose"),
)
"""Staging counts and promises nothing; of the same service's other promises one is kept, and one is loose."""
STAGING = (*counted("0+100x600", "0+0x600", env="staging"), promised(0.999, env="staging"))

NEVER = (*counted("0x600", "0x600"), promised(0.999))
"""No work at all, as at the start of every service."""
UNEVEN = (*counted("0+1000x30 30000x600", "0x630"), promised(0.999))
"""No work any more, and none was bad."""


def few(all_: float, wrong: float) -> tuple[Series, ...]:
    """So few an hour."""
    return *counted(f"0+{all_ / 60:g}x600", f"0+{wrong / 60:g}x600"), promised(0.999)


def fires(burn: float, part: str, window: str, times: str) -> tuple[Case, Case]:
    """``burn`` of 1,000 are bad, so many times what the promise bears."""
    said = part, window, times, f"{burn:g}"
    about = f"{burn:g} of 1,000 are bad; in staging none"
    return (
        Case("fires", about, (*bad(burn), *STAGING), fires=told(*said)),
        Case("fires", "beside staging and other promises", (*bad(burn), *BESIDE, FAILING), fires=told(*said, WHO)),
    )


def idle(never: tuple[str, ...], no_more: tuple[str, ...] = ()) -> tuple[Case, Case]:
    """Asked at these times where there never was work, and where there is none any more."""
    return (
        Case("no-traffic", "nothing counts", NEVER, quiet=never),
        Case("no-traffic", "nothing counts any more", UNEVEN, quiet=no_more or never),
    )


SLO_BURN_FAST = (
    *fires(20, "2%", "1h", "1200"),
    Case("fires", "two objectives and two owners: the strictest, told to the majority", ROLLOUT, firing=("60m",)),
    Case("fires", "all is bad, at 12 an hour", few(12, 12), firing=("70m",)),
    Case("under", "14.3 of 1,000", bad(14.3), quiet=("10m", "60m", "90m")),
    Case(
        "under",
        "500 of 1,000, for one minute",
        (*counted("0+1000x200", "0+0x60 500 500x100"), promised(0.999)),
        quiet=("60m", "65m", "90m"),
    ),
    Case(
        "under",
        "the objective is lowered, and the old one is not remembered",
        (
            *counted("0+1000x600", "0+20x600"),
            promised(0.999, 1),
            promised(0.95, version="2", instance="b:9464"),
        ),
        quiet=("10m", "60m", "90m"),
    ),
    *idle(("30m", "70m"), ("30m", "35m", "60m", "95m")),
    Case("low-traffic", "three of ten an hour are bad", few(10, 3), quiet=("70m", "100m")),
    Case("low-traffic", "all is bad, at nine an hour", few(9, 9), quiet=("70m", "100m")),
    Case("recovers", "nothing is bad any more", bad(20, 40, 60), firing=("40m",), quiet=("50m", "60m")),
    Case(
        "recovers",
        "there is no work any more",
        (*counted("0+1000x40 40000x60", "0+20x40 800x60"), promised(0.999)),
        firing=("40m",),
        quiet=("50m",),
    ),
)

SLO_BURN = (
    *fires(7, "0.7%", "6h", "420"),
    Case("fires", "two objectives and two owners", ROLLOUT, firing=("60m",)),
    Case("under", "5.9 of 1,000", bad(5.9), quiet=("60m", "120m")),
    *idle(("60m", "120m")),
    Case("low-traffic", "all is bad, at 1.5 an hour", few(1.5, 1.5), quiet=("120m", "350m")),
    Case("recovers", "nothing is bad any more", bad(7, 60, 90), firing=("60m",), quiet=("80m", "120m")),
)

SLO_BURN_SLOW = (
    *fires(4, "0.4%", "1d", "480"),
    Case("under", "2.9 of 1,000", bad(2.9), quiet=("120m", "150m")),
    *idle(("120m", "150m"), ("100m", "150m")),
    Case("low-traffic", "all is bad, at one an hour", few(1, 1), quiet=("150m", "300m")),
    Case("recovers", "nothing is bad any more", bad(4, 120, 120), firing=("120m",), quiet=("170m", "230m")),
)

SLO_BURN_CREEPING = (
    *fires(1.5, "0.15%", "3d", "375"),
    Case("under", "0.9 of 1,000", bad(0.9), quiet=("250m",)),
    *idle(("250m",)),
    Case("low-traffic", "all is bad, at nine in ten hours", few(0.9, 0.9), quiet=("300m",)),
    Case("recovers", "nothing is bad any more", bad(1.5, 220, 200), firing=("220m",), quiet=("330m", "350m")),
)
