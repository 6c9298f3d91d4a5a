"""The cases of every alert, by its key."""

from __future__ import annotations

from collections.abc import Mapping

from obs.generate.rules.case import Case
from obs.generate.rules.cases import deploy, jobs, loop, process, queues, slo, targets, telemetry

CASES: Mapping[str, tuple[Case, ...]] = {
    "slo-burn-fast": slo.SLO_BURN_FAST,
    "slo-burn": slo.SLO_BURN,
    "slo-burn-slow": slo.SLO_BURN_SLOW,
    "slo-burn-creeping": slo.SLO_BURN_CREEPING,
    "service-down": targets.SERVICE_DOWN,
    "target-down": targets.TARGET_DOWN,
    "traffic-stopped": targets.TRAFFIC_STOPPED,
    "loop-saturated": loop.LOOP_SATURATED,
    "loop-blocked": loop.LOOP_BLOCKED,
    "loop-delay": loop.LOOP_DELAY,
    "listen-queue-filling": loop.LISTEN_QUEUE_FILLING,
    "threadpool-exhausted": loop.THREADPOOL_EXHAUSTED,
    "greenlet-leak": process.GREENLET_LEAK,
    "memory-growth": process.MEMORY_GROWTH,
    "gc-pauses": process.GC_PAUSES,
    "queue-age": queues.QUEUE_AGE,
    "queue-not-draining": queues.QUEUE_NOT_DRAINING,
    "broker-unreadable": queues.BROKER_UNREADABLE,
    "job-failures": jobs.JOB_FAILURES,
    "retry-storm": jobs.RETRY_STORM,
    "jobs-lost": jobs.JOBS_LOST,
    "telemetry-dropping": telemetry.TELEMETRY_DROPPING,
    "series-overflow": telemetry.SERIES_OVERFLOW,
    "faults": telemetry.FAULTS,
    "deploy-slower": deploy.DEPLOY_SLOWER,
    "deploy-errors": deploy.DEPLOY_ERRORS,
}
