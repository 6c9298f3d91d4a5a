"""Can the event loop keep up?"""

from __future__ import annotations

from obs.generate.rules.alert import Alert
from obs.generate.rules.asked import BLOCKER, BUSIEST, BUSY, CULPRIT, VICTIM, figure
from obs.generate.rules.group import Group
from obs.generate.rules.owned import by_service, by_work_or_service
from obs.generate.rules.records.loop import (
    DELAY_P99,
    LISTEN_QUEUE,
    POOL_FULL,
    POOL_TASKS,
    POOL_WAIT,
    SERVICE_BUSY,
    WORK_BLOCKED_SHARE,
)

POOL_WAITS = figure(POOL_WAIT, "humanizeDuration", otherwise="an unknown time")

LOOP_SATURATED = Alert(
    key="loop-saturated",
    expr=by_service(f"  {SERVICE_BUSY} > ${{busy}}"),
    severity="ticket",
    hold="10m",
    summary="The event loops have no time left.",
    description=(
        "The loops of ${service} are busy {{ $value | humanizePercentage }} of the time; "
        f"requests stand in line for them. {BUSIEST}."
    ),
    board="obs-gevent",
    limits={"busy": 0.85},
)
LOOP_BLOCKED = Alert(
    key="loop-blocked",
    expr=by_work_or_service(f"  {WORK_BLOCKED_SHARE} > ${{share}}"),
    severity="ticket",
    hold="5m",
    summary="One work blocks the event loop, and everything else stands still meanwhile.",
    description=(
        "{{ $labels.work }} of ${service} holds a loop "
        "{{ $value | humanizePercentage }} of the time in pieces of 20 ms and more, where it is worst; "
        f"{VICTIM}."
    ),
    board="obs-endpoint",
    limits={"share": 0.1},
    filters={"work": "work"},
)
LOOP_DELAY = Alert(
    key="loop-delay",
    expr=by_service(f"  {DELAY_P99} > ${{seconds}}"),
    severity="ticket",
    hold="10m",
    summary="The event loop comes late to what is ready.",
    description=(
        "One time in a hundred the loops of ${service} come {{ $value | humanizeDuration }} "
        f"late or later, on top of each request's own time; they are busy {BUSY} of the time. {CULPRIT}; {BLOCKER}."
    ),
    board="obs-gevent",
    limits={"seconds": 0.25},
)
LISTEN_QUEUE_FILLING = Alert(
    key="listen-queue-filling",
    expr=by_service(f"  {LISTEN_QUEUE} > ${{share}}"),
    severity="page",
    hold="2m",
    summary="Clients connect, and no worker takes the connections.",
    description=(
        "The accept queue of ${service} on port {{ $labels.port }} is "
        "{{ $value | humanizePercentage }} full; when it is full the kernel drops connections. "
        f"Its loops are busy {BUSY} of the time. {BUSIEST}."
    ),
    board="obs-gevent",
    limits={"share": 0.5},
)
THREADPOOL_EXHAUSTED = Alert(
    key="threadpool-exhausted",
    expr=by_service(f"""
  {POOL_FULL} > ${{share}}
or
  ({POOL_FULL} and {POOL_WAIT} > ${{seconds}} and {POOL_TASKS} > ${{tasks}})
"""),
    severity="ticket",
    hold="5m",
    summary="gevent's thread pool has no thread free: DNS look-ups and file access wait.",
    description=(
        'A thread pool of ${service} has {{ $value | printf "%.1f" }} unfinished tasks for '
        f"each thread it may have; a task waits {POOL_WAITS} for a thread. "
        "`obs dump PID` shows what the threads do; often it is DNS."
    ),
    board="obs-gevent",
    limits={"share": 1.5, "seconds": 0.25, "tasks": 0.2},
)

LOOP_ALERTS = Group(
    "obs-loop-alerts",
    (LOOP_SATURATED, LOOP_BLOCKED, LOOP_DELAY, LISTEN_QUEUE_FILLING, THREADPOOL_EXHAUSTED),
    interval="30s",
)
