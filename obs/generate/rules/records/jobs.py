"""Jobs by version, by work, and by queue. A queue belongs to several services: who sends and who works."""

from __future__ import annotations

from obs.generate.rules.group import Group
from obs.generate.rules.promql import jobs, rate
from obs.generate.rules.record import Record
from obs.metrics.catalog import (
    MESSAGING_PROCESS_DURATION,
    MESSAGING_SENT,
    OBS_JOB_BACKLOG,
    OBS_JOB_BROKER_UP,
    OBS_JOB_OLDEST_AGE,
    OBS_JOB_QUEUE_WAIT,
    OBS_JOB_RETRIES,
)

FAILED = 'outcome=~"failed|timed_out|killed"'
QUEUE = "env, messaging_system, messaging_destination_name"
BACKLOG = OBS_JOB_BACKLOG.name

VERSION_DELIVERIES = Record(
    "work_version:messaging_process:rate5m",
    f"sum by (env, service, version, work) ({jobs(MESSAGING_PROCESS_DURATION, part='_count')})",
    "deliveries ended a second, whatever the outcome",
)
WORK_DELIVERIES = Record(
    "work:messaging_process:rate5m",
    f"sum without (version) ({VERSION_DELIVERIES})",
    "deliveries ended a second, whatever the outcome",
)
WORK_FAILURES = Record(
    "work:messaging_process_failures:rate5m",
    f"""
  sum by (env, service, work) ({jobs(MESSAGING_PROCESS_DURATION, FAILED, part="_count")})
or
  0 * {WORK_DELIVERIES}
""",
    "deliveries that failed, timed out or were killed, a second; 0 where none is",
)
WORK_RETRIES = Record(
    "work:obs_job_retries:rate5m",
    f"sum by (env, service, work) ({jobs(OBS_JOB_RETRIES)})",
    "deliveries that are not a job's first, a second",
)
WORK_P99 = Record(
    "work:messaging_process_duration_seconds:p99_5m",
    f"""
histogram_quantile(0.99,
  sum by (env, service, work, le) ({jobs(MESSAGING_PROCESS_DURATION, part="_bucket")})
) >= 0
""",
    "99th percentile of the run time, seconds",
)
WORK_WAIT_P99 = Record(
    "work:obs_job_queue_wait_seconds:p99_5m",
    f"""
histogram_quantile(0.99,
  sum by (env, service, work, le) ({jobs(OBS_JOB_QUEUE_WAIT, part="_bucket")})
) >= 0
""",
    "99th percentile of the time in the queue, seconds",
)
QUEUE_WORK_DELIVERIES = Record(
    "queue_work:messaging_process:rate5m",
    f"""
sum by ({QUEUE}, service, work) (
  {jobs(MESSAGING_PROCESS_DURATION, part="_count")}
)
""",
    "deliveries ended a second, by queue and work",
)
QUEUE_DELIVERIES = Record(
    "queue:messaging_process:rate5m",
    f"sum by ({QUEUE}) ({QUEUE_WORK_DELIVERIES})",
    "deliveries ended a second, of all services that work on the queue",
)
QUEUE_SENT = Record(
    "queue:messaging_client_sent_messages:rate5m",
    f"sum by ({QUEUE}) ({rate(MESSAGING_SENT)})",
    "jobs sent a second, by all services that send to the queue",
)
QUEUE_BACKLOG = Record("queue:obs_job_backlog:max", f"max by ({QUEUE}) ({BACKLOG})", "jobs that stand in the queue")
QUEUE_AGE = Record(
    "queue:obs_job_oldest_age_seconds:max",
    f"max by ({QUEUE}) ({OBS_JOB_OLDEST_AGE.name})",
    "age of the job that stands first, seconds",
)
QUEUE_READABLE = Record(
    "queue:obs_job_broker_up:max",
    f"max by ({QUEUE}) ({OBS_JOB_BROKER_UP.name})",
    "1 if anybody can read the queue",
)

JOBS = Group(
    "obs-jobs",
    (
        VERSION_DELIVERIES,
        WORK_DELIVERIES,
        WORK_FAILURES,
        WORK_RETRIES,
        WORK_P99,
        WORK_WAIT_P99,
        QUEUE_WORK_DELIVERIES,
        QUEUE_DELIVERIES,
        QUEUE_SENT,
        QUEUE_BACKLOG,
        QUEUE_AGE,
        QUEUE_READABLE,
    ),
)
