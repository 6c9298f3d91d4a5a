"""What every output says of a session: whose it is, when, how it was taken, and what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime

from obs.profiling.notes import together
from obs.profiling.session import Session
from obs.profiling.utilisation import utilisation

SOURCES = {
    "py-spy": "by py-spy",
    "reader": "from outside",
    "inside": "from inside",
    "mixed": "from outside and from inside",
}


def title(session: Session) -> str:
    """``chat-api, prod, 1.2.3``."""
    return ", ".join(filter(None, (session.service or "no service", session.env, session.service_version)))


def facts(session: Session) -> list[str]:
    """``30.0 s from 2026-11-24 08:00:00 UTC``, ``4 processes``, ``on web-1``, ``by py-spy``, ``loop 63% busy``."""
    busy = utilisation(session)
    return [
        f"{session.duration:.1f} s{began(session.started)}",
        *([counted(len(session.processes))] if session.processes else []),
        *([f"on {session.host}"] if session.host else []),
        SOURCES[session.source],
        *([f"loop {busy:.0%} busy"] if busy is not None else []),
    ]


def counted(processes: int) -> str:
    return "1 process" if processes == 1 else f"{processes} processes"


def began(started: float) -> str:
    """Empty if it isn't known."""
    return f" from {datetime.fromtimestamp(started, UTC):%Y-%m-%d %H:%M:%S} UTC" if started else ""


def warnings(session: Session) -> list[str]:
    """The notes, what is said of several processes once, and what was lost."""
    lost = [f"{number:,} {reason}" for reason, number in session.lost.items() if number]
    return [*together(session.notes), *([f"Lost: {', '.join(lost)}."] if lost else [])]


def seconds(number: float) -> str:
    """``12.3 s``, ``350 ms``, ``4,210 s``, ``80 µs``."""
    if number >= 999.5:
        return f"{number:,.0f} s"
    if number >= 0.9995:
        return f"{number:.3g} s" if number < 99.95 else f"{number:.0f} s"
    return f"{number * 1e3:.3g} ms" if number >= 0.0009995 or not number else f"{number * 1e6:.3g} µs"
