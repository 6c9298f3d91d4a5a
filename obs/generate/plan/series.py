"""How many label sets each metric of the catalog has in one target. A metric without a line here fails a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from obs.generate.plan.fleet import Service
from obs.metrics import catalog
from obs.metrics.metric import Metric

METHODS = 11
"""Of http_server_active_requests: those that obs/http knows are all there from the start, and _OTHER."""

UNNAMED = 4
"""(loop), (idle), (threads), (unattributed): time of no work."""

STATES = 4
"""cpu, held, delay, wait: all are there with the first."""

PORTS = 4
"""The service's own, and those of /metrics, the live view and the receiver of spans."""

GENERATIONS = 3
"""Of Python's garbage collector."""

Count = Callable[[Service], float]


def one(_: Service) -> float:
    return 1.0


def none(_: Service) -> float:
    """There only after a fault, a kill, or where nobody looks for it: nothing in a healthy target."""
    return 0.0


def answered(service: Service) -> float:
    return service.routes * service.answers


def web(service: Service) -> float:
    return float(bool(service.routes))


def jobs(service: Service) -> float:
    return float(service.jobs)


def queues(service: Service) -> float:
    return float(service.queues) if service.jobs else 0.0


def slos(service: Service) -> float:
    return float(service.slos)


def works(service: Service) -> float:
    return float(service.works)


def blockers(service: Service) -> float:
    return service.works * service.blockers


def pairs(service: Service) -> float:
    """Each process has the heaviest, up to its cap; the target has what any of them has."""
    behind = min(service.culprits, service.works + UNNAMED)
    return min(behind * service.works, catalog.OBS_INTERFERENCE.cap * service.processes)


def generations(_: Service) -> float:
    return float(GENERATIONS)


COUNTS: Mapping[Metric, Count] = {
    catalog.HTTP_SERVER_REQUEST_DURATION: answered,
    catalog.HTTP_SERVER_ACTIVE_REQUESTS: lambda service: METHODS * web(service),
    catalog.OBS_REQUEST_QUEUE: web,
    catalog.OBS_REQUEST_DISCONNECTS: none,
    catalog.OBS_LONG_REQUESTS: none,
    catalog.OBS_LONG_REQUESTS_ACTIVE: none,
    catalog.MESSAGING_PROCESS_DURATION: lambda service: service.jobs * service.outcomes,
    catalog.MESSAGING_SENT: jobs,
    catalog.OBS_JOB_QUEUE_WAIT: jobs,
    catalog.OBS_JOB_SCHEDULED: none,
    catalog.OBS_JOBS_ACTIVE: jobs,
    catalog.OBS_JOB_RETRIES: none,
    catalog.OBS_JOBS_LOST: none,
    catalog.OBS_JOBS_UNWATCHED: jobs,
    catalog.OBS_JOB_SLOTS: lambda service: float(bool(service.jobs)),
    catalog.OBS_JOB_BACKLOG: queues,
    catalog.OBS_JOB_OLDEST_AGE: queues,
    catalog.OBS_JOB_BROKER_UP: queues,
    catalog.OBS_SLI: slos,
    catalog.OBS_SLI_ERRORS: slos,
    catalog.OBS_SLI_ACTIVE: slos,
    catalog.OBS_SLO_OBJECTIVE: slos,
    catalog.OBS_WORK_INFO: lambda service: service.works + METHODS * web(service),  # (unmatched), by method
    catalog.OBS_WORK_SECONDS: lambda service: STATES * (service.works + UNNAMED),
    catalog.OBS_WAIT_SECONDS: lambda service: service.works * service.waits,
    catalog.OBS_INTERFERENCE: pairs,
    catalog.OBS_DELAY_ESTIMATED: one,
    catalog.OBS_SERVICE_INFO: lambda _: 1.0,
    catalog.OBS_BUILD_INFO: lambda service: float(service.commits),
    catalog.OBS_LOOP_BLOCKS: blockers,
    catalog.OBS_LOOP_BLOCKED: blockers,
    catalog.OBS_LOOP_SECONDS: lambda _: 2.0,
    catalog.OBS_LOOP_ITERATIONS: one,
    catalog.OBS_LOOP_DELAY: one,
    catalog.OBS_GREENLETS: lambda _: 3.0,
    catalog.OBS_THREADPOOL_SIZE: one,
    catalog.OBS_THREADPOOL_THREADS: one,
    catalog.OBS_THREADPOOL_QUEUE: one,
    catalog.OBS_THREADPOOL_WAIT: one,
    catalog.OBS_LISTEN_QUEUE_CONNECTIONS: lambda _: float(PORTS),
    catalog.OBS_LISTEN_QUEUE_LIMIT: lambda _: float(PORTS),
    catalog.PYTHON_GC_PAUSE: generations,
    catalog.PYTHON_GC_COLLECTIONS: generations,
    catalog.PYTHON_GC_OBJECTS_COLLECTED: generations,
    catalog.PYTHON_GC_OBJECTS_UNCOLLECTABLE: generations,
    catalog.PROCESS_CPU: one,
    catalog.PROCESS_RESIDENT_MEMORY: one,
    catalog.PROCESS_VIRTUAL_MEMORY: one,
    catalog.PROCESS_OPEN_FDS: one,
    catalog.PROCESS_MAX_FDS: one,
    catalog.PROCESS_START_TIME: one,
    catalog.OBS_PROCESSES: one,
    catalog.OBS_SELF_CPU: one,
    catalog.OBS_SELF_ERRORS: none,
    catalog.OBS_SELF_DROPPED_SPANS: none,
    catalog.OBS_SELF_DROPPED_BLOCKS: none,
    catalog.OBS_SELF_DROPPED_PROFILES: none,
    catalog.OBS_SELF_TRACER_LOST: none,
    catalog.OBS_SELF_HOLD: one,
    catalog.OBS_SELF_OVERFLOWED: none,
    catalog.OBS_SELF_TORN: one,
}


def lines(metric: Metric) -> int:
    """Series of Prometheus for one label set: a histogram has one for each bucket, +Inf, its sum and its count."""
    return len(metric.buckets) + 3 if metric.kind == "histogram" else 1


def sets(metric: Metric, service: Service) -> float:
    """Label sets of the metric in one target: what is expected, or the cap and what overflows it."""
    each_process = (metric.cap + 1) * (service.processes if metric is catalog.OBS_INTERFERENCE else 1)
    return min(COUNTS[metric](service), each_process)


def by_metric(service: Service) -> dict[Metric, float]:
    """Series of each metric in one target."""
    return {metric: sets(metric, service) * lines(metric) for metric in COUNTS}
