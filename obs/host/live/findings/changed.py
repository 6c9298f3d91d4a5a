"""A deploy: another version runs, or processes have ended and others begun."""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.live.findings.finding import Evidence, Figure, Finding
from obs.host.live.moment import Moment

NEW = 900.0
"""Seconds for which a process is new among older ones."""


def ended(lost: int, young: int) -> str:
    have = "process has" if lost == 1 else "processes have"
    return f"{lost} {have} ended in the last quarter of an hour, {young} {'is' if young == 1 else 'are'} new"


def find(moment: Moment) -> Iterator[Finding]:
    members = [member for member in moment.now.members if member.kind == "service"]
    versions = sorted({member.version for member in members if member.version})
    if len(versions) > 1:
        yield Finding(
            "changed",
            0.04,
            (f"{len(versions)} versions run at the same time: {', '.join(versions[:4])}",),
            "A rollout is under way, or stuck.",
            "If it lasts, end the old processes; compare them in the list of processes.",
            (Figure("versions", float(len(versions)), "count"),),
            (Evidence("the processes", "loop"),),
            "obs doctor",
            since=max(member.since for member in members),
            about="versions",
        )
    lost = [pid for pid, when in moment.gone.items() if when >= moment.now.when - NEW]
    young = [member for member in members if member.since >= moment.now.when - NEW]
    if lost and young:
        yield Finding(
            "changed",
            0.02 * len(lost),
            (ended(len(lost), len(young)),),
            "A deploy, a worker's limit of requests, or crashes: what they had in hand is lost.",
            "See when, and compare with what changed in the course of the works.",
            (Figure("ended", float(len(lost)), "count"), Figure("new", float(len(young)), "count")),
            (Evidence("the processes", "loop"),),
            "obs doctor",
            since=max(moment.gone.values()),
            about="processes",
        )
