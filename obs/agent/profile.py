"""``profile``: a window of this process's life, sampled from inside."""

from __future__ import annotations

from typing import Any

from obs.agent.operation import Answer, Refusal, Request
from obs.profiling import inside
from obs.profiling.parts import parts
from obs.profiling.session import VIEWS, View

MOST_SECONDS = 86_400.0
MOST_RATE = 1000.0
"""Looks per second."""


class Profile:
    """``{"views": ["held", "delay", "wait"], "seconds": 10.0, "rate": 100.0}``.

    The answer is a session in parts, see :mod:`obs.profiling.parts`.
    """

    name = "profile"

    def answer(self, request: Request) -> Answer:
        views = views_of(request.arguments)
        seconds = number(request.arguments, "seconds", MOST_SECONDS)
        rate = number(request.arguments, "rate", MOST_RATE)
        session = yield from inside.record(views, seconds, rate)
        yield from parts(session)


def views_of(arguments: dict[str, Any]) -> tuple[View, ...]:
    wanted = arguments.get("views")
    if not isinstance(wanted, list) or not wanted or any(view not in VIEWS for view in wanted):
        raise Refusal("bad_argument", f"views is a list of {', '.join(VIEWS)}")
    return tuple(view for view in VIEWS if view in wanted)


def number(arguments: dict[str, Any], name: str, most: float) -> float:
    given = arguments.get(name)
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 < given <= most:
        raise Refusal("bad_argument", f"{name} is a number above 0, of at most {most:g}")
    return float(given)
