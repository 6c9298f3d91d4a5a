"""Do the queues drain?"""

from __future__ import annotations

from obs.generate.rules.alert import Alert
from obs.generate.rules.asked import COUNT, RATE, asked
from obs.generate.rules.group import Group
from obs.generate.rules.owned import by_queue
from obs.generate.rules.record import Record
from obs.generate.rules.records.jobs import (
    QUEUE_AGE,
    QUEUE_BACKLOG,
    QUEUE_DELIVERIES,
    QUEUE_READABLE,
    QUEUE_SENT,
    QUEUE_WORK_DELIVERIES,
)
from obs.metrics.catalog import OBS_JOB_SLOTS

OF_QUEUE = "env=%q, messaging_system=%q, messaging_destination_name=%q"
LABELS = ("env", "messaging_system", "messaging_destination_name")


def of_queue(record: Record, unit: str, otherwise: str) -> str:
    return asked(f"{record}{{{OF_QUEUE}}}", f"{{{{ .Value | {unit} }}}}", *LABELS, otherwise=otherwise)


FLOW = (
    f"{of_queue(QUEUE_BACKLOG, COUNT, 'an unknown number of')} jobs wait; "
    f"{of_queue(QUEUE_SENT, RATE, 'an unknown number')} a second come, "
    f"{of_queue(QUEUE_DELIVERIES, RATE, 'none')} end"
)
WORKERS = asked(
    f"sum({OBS_JOB_SLOTS.name}{{env=%q, messaging_system=%q, service=%q}}) > 0",
    f"the workers of {{{{ $labels.service }}}} can run {{{{ .Value | {COUNT} }}}} jobs at once",
    "env",
    "messaging_system",
    "service",
    otherwise="no worker of {{ $labels.service }} lives",
)
HEAVIEST = asked(
    f"topk(1, {QUEUE_WORK_DELIVERIES}{{{OF_QUEUE}}} > 0)",
    "most of what is done is {{ .Labels.work }}",
    *LABELS,
    otherwise="nothing is done",
)

QUEUE_AGE_HIGH = Alert(
    key="queue-age",
    expr=by_queue(f"  {QUEUE_AGE} > ${{seconds}}"),
    severity="page",
    hold="2m",
    summary="Jobs wait too long in their queue.",
    description=(
        "The first job of ${queue} has waited for {{ $value | humanizeDuration }}. "
        f"{FLOW}; {WORKERS}; {HEAVIEST}."
    ),
    board="obs-jobs",
    limits={"seconds": 300},
    filters={"queue": "messaging_destination_name"},
)
QUEUE_NOT_DRAINING = Alert(
    key="queue-not-draining",
    expr=by_queue(f"""
    min_over_time({QUEUE_BACKLOG}[5m]) >= ${{jobs}}
  and
    min_over_time({QUEUE_BACKLOG}[5m]) >= min_over_time({QUEUE_BACKLOG}[5m] offset 10m)
  unless
    {QUEUE_BACKLOG} < ${{seconds}} * {QUEUE_DELIVERIES}
"""),
    severity="ticket",
    hold="5m",
    summary="A queue fills faster than it is worked on.",
    description=(f"For a quarter of an hour ${{queue}} has not got shorter. {FLOW}; {WORKERS}; {HEAVIEST}."),
    board="obs-jobs",
    limits={"jobs": 10, "seconds": 120},
    filters={"queue": "messaging_destination_name"},
)
BROKER_UNREADABLE = Alert(
    key="broker-unreadable",
    expr=by_queue(f"  {QUEUE_READABLE} == 0"),
    severity="page",
    hold="3m",
    summary="The broker of a queue doesn't answer.",
    description=(
        "No instance can read ${queue}: its backlog and age are not known, and jobs can hardly be sent. "
        f"Last: {of_queue(QUEUE_SENT, RATE, 'none')} a second sent, {of_queue(QUEUE_DELIVERIES, RATE, 'none')} ended."
    ),
    board="obs-jobs",
    filters={"queue": "messaging_destination_name"},
)

QUEUE_ALERTS = Group("obs-queues-alerts", (QUEUE_AGE_HIGH, QUEUE_NOT_DRAINING, BROKER_UNREADABLE))
