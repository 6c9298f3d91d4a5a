"""Queues that fill faster than they drain, and brokers that can't be read."""

from __future__ import annotations

from collections.abc import Iterator

from obs.host.live.findings import words
from obs.host.live.findings.finding import Evidence, Figure, Finding, Name
from obs.host.live.moment import Moment
from obs.host.live.views.queues import by_outcome, since
from obs.host.rates import Standing, standings

LEAST_GROWTH, LEAST_BACKLOG = 0.1, 10.0
"""Jobs each second, and jobs: less is noise."""

A_MINUTE = 60.0


def find(moment: Moment) -> Iterator[Finding]:
    for standing in standings(moment.long_before.reading, moment.now.reading):
        name = Name("queue", f"{standing.system}/{standing.name}")
        if not standing.queue.up:
            yield unreadable(name)
        elif (standing.growth or 0.0) >= LEAST_GROWTH and (standing.queue.backlog or 0.0) >= LEAST_BACKLOG:
            yield filling(moment, name, standing)


def filling(moment: Moment, name: Name, standing: Standing) -> Finding:
    growth = standing.growth or 0.0
    backlog, oldest = standing.queue.backlog or 0.0, standing.queue.oldest
    before, now = moment.long_before.counts, moment.now.counts
    done = sum(by_outcome(now.done, before.done, standing.name).values()) / moment.lately
    sent = since(now.sent, before.sent, standing.name) / moment.lately or done + growth
    faster = (
        f"is filling {sent / done:.1f} times faster than it drains" if done else "is filling, and nothing drains it"
    )
    return Finding(
        "filling",
        min(growth / 10.0, 1.0) + min((oldest or 0.0) / A_MINUTE, 2.0),
        (name, f" {faster}"),
        f"{backlog:.0f} jobs wait in it, {growth:.1f} more each second"
        + (f"; the first of them for {words.seconds(oldest)}." if oldest else "."),
        "Add workers, make its jobs cheaper, or send fewer: see which job takes the workers' time.",
        (
            Figure("backlog", backlog, "count"),
            Figure("growth", growth, "/s"),
            Figure("sent", sent, "/s"),
            Figure("done", done, "/s"),
            Figure("oldest", oldest, "s"),
        ),
        (Evidence("the queue", "jobs", id=name.name),),
        f"obs top --service {words.quoted(moment.service)} --sort wait",
    )


def unreadable(name: Name) -> Finding:
    return Finding(
        "filling",
        0.2,
        ("The broker of ", name, " can't be read"),
        "How many jobs wait in it, and since when, is not known.",
        "Look whether the broker runs, and whether this machine reaches it.",
        (),
        (Evidence("the queue", "jobs", id=name.name),),
        "obs doctor",
    )
