"""The event loops: how busy, how late, who blocks them."""

from __future__ import annotations

from obs.generate.rules.group import Group
from obs.generate.rules.promql import rate
from obs.generate.rules.record import Record
from obs.metrics.catalog import (
    OBS_LISTEN_QUEUE_CONNECTIONS,
    OBS_LISTEN_QUEUE_LIMIT,
    OBS_LOOP_BLOCKED,
    OBS_LOOP_DELAY,
    OBS_LOOP_SECONDS,
    OBS_THREADPOOL_QUEUE,
    OBS_THREADPOOL_SIZE,
    OBS_THREADPOOL_WAIT,
)

INSTANCE_SECONDS = Record(
    "instance:obs_loop_seconds:rate5m",
    f"sum by (env, service, instance) ({rate(OBS_LOOP_SECONDS)})",
    "loops of the instance: seconds of theirs a second",
)
INSTANCE_BUSY = Record(
    "instance:obs_loop_busy:ratio_rate5m",
    f"""
  sum by (env, service, instance) ({rate(OBS_LOOP_SECONDS, 'state="busy"')})
/
  ({INSTANCE_SECONDS} > 0)
""",
    "share of the time that the instance's loops are busy",
)
SERVICE_BUSY = Record(
    "service:obs_loop_busy:ratio_rate5m",
    f"""
  sum by (env, service) ({INSTANCE_BUSY} * {INSTANCE_SECONDS})
/
  sum by (env, service) ({INSTANCE_SECONDS} > 0)
""",
    "the same of all the service's loops",
)
DELAY_P99 = Record(
    "service:obs_loop_delay_seconds:p99_5m",
    f"""
histogram_quantile(0.99, sum by (env, service, le) ({rate(OBS_LOOP_DELAY, part="_bucket")})) >= 0
""",
    "99th percentile of how late a loop comes, seconds",
)
WORK_BLOCKED = Record(
    "work:obs_loop_blocked_seconds:rate5m",
    f"sum by (env, service, work) ({rate(OBS_LOOP_BLOCKED)})",
    "seconds a second that the work blocked a loop",
)
WORK_BLOCKED_SHARE = Record(
    "work:obs_loop_blocked:ratio_max",
    f"""
max by (env, service, work) (
    sum by (env, service, instance, work) ({rate(OBS_LOOP_BLOCKED)})
  / on (env, service, instance) group_left ()
    ({INSTANCE_SECONDS} > 0)
)
""",
    "share of its loops' time that the work blocked, on the instance that it hurts most",
)
LISTEN_QUEUE = Record(
    "service:obs_listen_queue:ratio_max",
    f"""
max by (env, service, port) (
    {OBS_LISTEN_QUEUE_CONNECTIONS.name}
  /
    ({OBS_LISTEN_QUEUE_LIMIT.name} > 0)
)
""",
    "how full the accept queue is, on the instance where it is fullest",
)
POOL_TASKS = Record(
    "service:obs_threadpool_tasks:rate5m",
    f"sum by (env, service) ({rate(OBS_THREADPOOL_WAIT, part='_count')})",
    "tasks that the thread pools begin, a second",
)
POOL_WAIT = Record(
    "service:obs_threadpool_wait_seconds:mean5m",
    f"""
  sum by (env, service) ({rate(OBS_THREADPOOL_WAIT, part="_sum")})
/
  ({POOL_TASKS} > 0)
""",
    "mean time that a task waits for a thread, seconds",
)
POOL_FULL = Record(
    "service:obs_threadpool_queue:ratio_max",
    f"max by (env, service) ({OBS_THREADPOOL_QUEUE.name} / ({OBS_THREADPOOL_SIZE.name} > 0))",
    "unfinished tasks for each thread there may be, on the instance where it is most",
)

LOOP = Group(
    "obs-loop",
    (
        INSTANCE_SECONDS,
        INSTANCE_BUSY,
        SERVICE_BUSY,
        DELAY_P99,
        WORK_BLOCKED,
        WORK_BLOCKED_SHARE,
        LISTEN_QUEUE,
        POOL_TASKS,
        POOL_WAIT,
        POOL_FULL,
    ),
    interval="30s",
)
