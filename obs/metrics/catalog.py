"""Every metric of obs, once: instrumentation, dashboards, rules, docs and tests read this list.

Names follow OpenTelemetry's semantic conventions in their Prometheus spelling, and are ``obs_`` where there is none.
Every series also bears ``service``, ``env`` and ``version``. All times are seconds.

https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/
"""

from __future__ import annotations

from obs.metrics.metric import OVERFLOW as OVERFLOW
from obs.metrics.metric import Kind as Kind
from obs.metrics.metric import Merge as Merge
from obs.metrics.metric import Metric as Metric

DURATION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""What OpenTelemetry advises for the duration of an HTTP request."""

WAIT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
"""Of time in a queue: from what nobody notices to hours."""

PAUSE_BUCKETS = (0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
"""A young collection takes some 0.1 ms; one that stops a service for a second has to be seen too."""

LOOP_DELAY_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""A loop that is asked for nothing answers in the first; its requests time out somewhere beyond the last."""

HOLD_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1)

# -- http --

HTTP_SERVER_REQUEST_DURATION = Metric(
    "http_server_request_duration_seconds",
    "histogram",
    "Time from the server's call of the application to the close of the response's body, by route. Long-lived "
    "responses (WebSocket, server-sent events, long polls) are not in it: see obs_long_requests_total.",
    labels=("http_route", "http_request_method", "http_response_status_code", "error_type"),
    buckets=DURATION_BUCKETS,
    cap=10_000,
)
HTTP_SERVER_ACTIVE_REQUESTS = Metric(
    "http_server_active_requests",
    "gauge",
    "Requests being handled now, added up over the processes. When it rises and the rate of requests does not, "
    "requests wait: look at the slowest routes.",
    labels=("http_request_method",),
    cap=20,
)
OBS_REQUEST_QUEUE = Metric(
    "obs_request_queue_seconds",
    "histogram",
    "Time that each request stood in line before the handler: since the proxy's X-Request-Start or X-Queue-Start, or "
    "since its last bytes came to the socket, which Linux tells. 0 where the loop had just slept; where it never "
    "sleeps, one request in so many is asked and counts for the others. When it rises, free the loop "
    "(obs_interference_seconds_total names who holds it) or add workers; no handler's own duration shows it.",
    buckets=DURATION_BUCKETS,
)
OBS_REQUEST_DISCONNECTS = Metric(
    "obs_request_disconnects_total",
    "counter",
    "Responses that the client left before their end, by route. Many on a slow route: its users give up.",
    labels=("http_route",),
    cap=5_000,
)
OBS_LONG_REQUESTS = Metric(
    "obs_long_requests_total",
    "counter",
    "Requests that stay open by design, counted at their end and kept out of the latency histograms. protocol is "
    "websocket, sse or long_poll.",
    labels=("http_route", "http_request_method", "protocol"),
)
OBS_LONG_REQUESTS_ACTIVE = Metric(
    "obs_long_requests_active",
    "gauge",
    "Long-lived requests open now, added up over the processes. A sudden drop means that clients lost their "
    "connection and will come back together.",
    labels=("http_route", "http_request_method", "protocol"),
)

# -- jobs and work --

MESSAGING_PROCESS_DURATION = Metric(
    "messaging_process_duration_seconds",
    "histogram",
    "Time that a worker spent on one delivery of a job, by job and outcome: ok, failed, retried (it failed or was "
    "given back, and comes again), rejected (thrown away), timed_out (stopped for its time limit), killed (its "
    "process died).",
    labels=("messaging_system", "messaging_destination_name", "job", "outcome"),
    buckets=DURATION_BUCKETS,
    cap=5_000,
)
MESSAGING_SENT = Metric(
    "messaging_client_sent_messages_total",
    "counter",
    "Jobs that were enqueued, by queue and job, counted by who sends. Its rate above that of "
    "messaging_process_duration_seconds_count: the queue fills.",
    labels=("messaging_system", "messaging_destination_name", "job"),
    cap=5_000,
)
OBS_JOB_QUEUE_WAIT = Metric(
    "obs_job_queue_wait_seconds",
    "histogram",
    "Time that each delivery stood in its queue before a worker began: since it was sent, or since it was due if it "
    "was scheduled. By the clocks of sender and worker; never below 0. When it rises, workers are too few or too slow: "
    "see obs_jobs_active over obs_job_slots.",
    labels=("messaging_destination_name", "job"),
    buckets=WAIT_BUCKETS,
    cap=5_000,
)
OBS_JOB_SCHEDULED = Metric(
    "obs_job_scheduled_seconds",
    "histogram",
    "Time between the sending of a job and when it was due, for jobs with a countdown or a date. No time in line: that "
    "is obs_job_queue_wait_seconds.",
    labels=("messaging_destination_name", "job"),
    buckets=WAIT_BUCKETS,
    cap=5_000,
)
OBS_JOBS_ACTIVE = Metric(
    "obs_jobs_active",
    "gauge",
    "Jobs that workers have begun and not ended, added up over the living processes.",
    labels=("messaging_destination_name", "job"),
    cap=5_000,
)
OBS_JOB_RETRIES = Metric(
    "obs_job_retries_total",
    "counter",
    "Deliveries that are not a job's first, counted as they begin. Near the rate of all deliveries: what fails is "
    "tried again and again, and the queue works for nothing.",
    labels=("messaging_destination_name", "job"),
    cap=5_000,
)
OBS_JOBS_LOST = Metric(
    "obs_jobs_lost_total",
    "counter",
    "Deliveries whose worker vanished before their end: of Celery and RQ known since the broker has delivered them "
    "again or given them up, of all others since their process is gone. Other than 0 outside of deploys: workers are "
    "killed, by memory limits or by hand.",
    labels=("messaging_destination_name", "job"),
    cap=5_000,
)
OBS_JOBS_UNWATCHED = Metric(
    "obs_jobs_unwatched",
    "gauge",
    "Those of obs_jobs_active whose end nobody sees if their process dies: they count as lost then. All but Celery's "
    "and RQ's.",
    labels=("messaging_destination_name", "job"),
    cap=5_000,
)
OBS_JOB_SLOTS = Metric(
    "obs_job_slots",
    "gauge",
    "Jobs that the living worker processes can run at the same time. The sum of obs_jobs_active over this is how "
    "saturated they are.",
    labels=("messaging_system",),
)
OBS_JOB_BACKLOG = Metric(
    "obs_job_backlog",
    "gauge",
    "Jobs that stand in a queue, without those that are scheduled for later, read from the broker by obs's host "
    "process.",
    labels=("messaging_system", "messaging_destination_name"),
    merge="max",
)
OBS_JOB_OLDEST_AGE = Metric(
    "obs_job_oldest_age_seconds",
    "gauge",
    "Age of the job that stands first in a queue, read from the broker by obs's host process. 0: the queue is empty.",
    labels=("messaging_system", "messaging_destination_name"),
    merge="max",
)
OBS_JOB_BROKER_UP = Metric(
    "obs_job_broker_up",
    "gauge",
    "1 if obs's host process could read the queue from its broker the last time, else 0: then its backlog and age are "
    "not known, and left out.",
    labels=("messaging_system", "messaging_destination_name"),
    merge="max",
)
OBS_WORK_INFO = Metric(
    "obs_work_info",
    "gauge",
    "Always 1: which feature and team a route or job belongs to, to join with.",
    labels=("kind", "work", "feature", "team"),
    merge="constant",
    cap=5_000,
)
OBS_WORK_SECONDS = Metric(
    "obs_work_seconds_total",
    "counter",
    "Where the time went, by work and state. cpu: its Python ran. held: it held the loop without using CPU; it stops "
    "everybody. delay: it was ready, and others held the loop; see obs_interference_seconds_total. wait: nothing of it "
    "could run; see obs_wait_seconds_total. Time of no work has names too: (loop) the hub's own, (idle) its poll, "
    "(unattributed) greenlets without work, (threads) CPU outside the hubs' threads, (after) NAME children that outlive"
    " NAME's work, (threads) NAME those in hubs of other threads. A work inside another is not counted in that one.",
    labels=("kind", "work", "feature", "state"),
    cap=20_000,
)
OBS_WAIT_SECONDS = Metric(
    "obs_wait_seconds_total",
    "counter",
    "Time that works waited, by what for: sql, redis, http, pool (a connection pool that was empty), lock, sleep … "
    "(docs/waits.md); module:NAME where nothing better is known. Sampled in proportion to time, without bias: the sum "
    'over on is obs_work_seconds_total{state="wait"} in the long run, so take its shares over minutes, and the seconds '
    "from there.",
    labels=("work", "on"),
    cap=10_000,
)
OBS_INTERFERENCE = Metric(
    "obs_interference_seconds_total",
    "counter",
    "Time that works (victim) were ready and stood in line behind what ran meanwhile (culprit), by name: whom to "
    'mend when obs_work_seconds_total{state="delay"} rises. The same name on both sides: requests of one route '
    "behind others of it. (loop) is gevent's own work. The heaviest pairs have a series once they are found; what "
    "they had before, and all others, is in __overflow__.",
    labels=("culprit", "victim"),
)
OBS_DELAY_ESTIMATED = Metric(
    "obs_delay_estimated_seconds_total",
    "counter",
    'The part of obs_work_seconds_total{state="delay"} whose beginning was estimated, not known. Above a tenth of it: '
    "the loop was made before obs was turned on (obs doctor), or what the service waits for says nothing about when "
    "it came (UDP, Unix sockets, pipes).",
)
OBS_SERVICE_INFO = Metric(
    "obs_service_info",
    "gauge",
    "Always 1: whose the service as a whole is, if its description says so ([service] team), to join with.",
    labels=("team",),
    merge="constant",
    cap=10,
)
OBS_BUILD_INFO = Metric(
    "obs_build_info",
    "gauge",
    "Always 1: the version (as on every series) and commit that run. Two at once for long: a rollout is stuck.",
    labels=("commit",),
    merge="constant",
    cap=10,
)

# -- promises --

OBS_SLI = Metric(
    "obs_sli_total",
    "counter",
    "Work that counts for an SLO of obs.toml, good and bad, at zero from the start. A client that left, a job that "
    "will be tried again and one that was thrown away count for nothing.",
    labels=("slo", "feature"),
)
OBS_SLI_ERRORS = Metric(
    "obs_sli_errors_total",
    "counter",
    "The bad part of obs_sli_total: 5xx, escaped exceptions, jobs that failed, ran into their time limit or were "
    "killed, what was in progress in a process that died; and what was later than the SLO's exact limit, if it has "
    "one. 4xx are not bad. Alerts compare it with obs_slo_objective_ratio.",
    labels=("slo", "feature"),
)
OBS_SLI_ACTIVE = Metric(
    "obs_sli_active",
    "gauge",
    "Work in progress that will count for an SLO, added up over the living processes; that of a process that dies "
    "counts as bad. When it rises and the rate of obs_sli_total doesn't, work hangs.",
    labels=("slo", "feature"),
)
OBS_SLO_OBJECTIVE = Metric(
    "obs_slo_objective_ratio",
    "gauge",
    "The part of an SLO's work that must be good, 0 to 1, and the team that is told if it isn't.",
    labels=("slo", "feature", "team"),
    merge="constant",
)

# -- the loop --

OBS_LOOP_BLOCKS = Metric(
    "obs_loop_blocks_total",
    "counter",
    "How often one piece of work held the loop for longer than OBS_BLOCK (20 ms), by who did. Everything else of the "
    "process stood still meanwhile: `obs blocks` has the stacks and the victims. (loop) is gevent's own callbacks and "
    "signal handlers.",
    labels=("work",),
    cap=5_000,
)
OBS_LOOP_BLOCKED = Metric(
    "obs_loop_blocked_seconds_total",
    "counter",
    "How long those blocks were, by who blocked.",
    labels=("work",),
    cap=5_000,
)

# -- the loop and what stands in line for it --

OBS_LOOP_SECONDS = Metric(
    "obs_loop_seconds_total",
    "counter",
    "Time of the event loops by state: busy is running greenlets and callbacks, idle is waiting for events. "
    "busy / (busy + idle) is the loop's utilisation; above 0.7 requests queue: add workers, or see who runs.",
    labels=("state",),
    cap=2,
)
OBS_LOOP_ITERATIONS = Metric(
    "obs_loop_iterations_total",
    "counter",
    "Turns of the event loops. Busy seconds per turn is how long the loop runs between two looks for events: when it "
    "rises, one turn does too much; find the work that blocks.",
)
OBS_LOOP_DELAY = Metric(
    "obs_loop_delay_seconds",
    "histogram",
    "How late the loop comes to a thing that is ready: of probes that become ready every 10 ms, the time until the "
    "loop had done all that was in line before. A sleeping loop answers at once. One block of 500 ms shows as 50 "
    "probes of up to 500 ms, and so do 50 slices of 10 ms in a row. When it rises, every request waits so long beside "
    "its own time: see obs_interference_seconds_total for who is to blame.",
    buckets=LOOP_DELAY_BUCKETS,
)
OBS_GREENLETS = Metric(
    "obs_greenlets",
    "gauge",
    "Greenlets alive, by state, looked at once a second: running, ready (in line for the loop), waiting (for I/O, a "
    "timer, a lock). Many ready: the loop can't keep up. waiting that only rises: they leak, or something below is "
    "slow; obs dump shows where they are parked.",
    labels=("state",),
    cap=3,
)
OBS_THREADPOOL_SIZE = Metric(
    "obs_threadpool_size",
    "gauge",
    "The most threads that gevent's thread pools may have (DNS and file I/O run there), added up over the processes.",
)
OBS_THREADPOOL_THREADS = Metric(
    "obs_threadpool_threads",
    "gauge",
    "Threads that gevent's thread pools have now. At obs_threadpool_size, further tasks wait for one to end.",
)
OBS_THREADPOOL_QUEUE = Metric(
    "obs_threadpool_queue",
    "gauge",
    "Unfinished tasks of gevent's thread pools, the running ones included. Above obs_threadpool_threads for long: "
    "tasks wait; raise Hub.threadpool_size, or find what is slow there (often DNS).",
)
OBS_THREADPOOL_WAIT = Metric(
    "obs_threadpool_wait_seconds",
    "histogram",
    "Time from the submission of a task to gevent's thread pool to its start in a thread, waiting for a free slot "
    "included. When it rises, the pool is too small, or its tasks hold the GIL.",
    buckets=DURATION_BUCKETS,
)
OBS_LISTEN_QUEUE_CONNECTIONS = Metric(
    "obs_listen_queue_connections",
    "gauge",
    "Connections that the kernel has accepted and no process of the service has taken yet, by port; sockets that "
    "processes share count once. Other than 0 for long: no worker comes to accept; its clients wait, and no handler's "
    "duration shows it. Add workers or free the loops.",
    labels=("port",),
    cap=100,
)
OBS_LISTEN_QUEUE_LIMIT = Metric(
    "obs_listen_queue_limit",
    "gauge",
    "How many connections that queue holds (the backlog, at most net.core.somaxconn). When it is full, the kernel "
    "drops new ones, and clients try again after a second or more.",
    labels=("port",),
    cap=100,
)

# -- the interpreter and the processes --

PYTHON_GC_PAUSE = Metric(
    "python_gc_pause_seconds",
    "histogram",
    "How long a garbage collection stopped the process, by generation. Long pauses of generation 2: many live "
    "objects; gc.freeze() after start-up, or fewer allocations per request.",
    labels=("generation",),
    buckets=PAUSE_BUCKETS,
    cap=10,
)
PYTHON_GC_COLLECTIONS = Metric(
    "python_gc_collections_total",
    "counter",
    "Garbage collections, by generation.",
    labels=("generation",),
    cap=10,
)
PYTHON_GC_OBJECTS_COLLECTED = Metric(
    "python_gc_objects_collected_total",
    "counter",
    "Objects in reference cycles that a collection freed, by generation.",
    labels=("generation",),
    cap=10,
)
PYTHON_GC_OBJECTS_UNCOLLECTABLE = Metric(
    "python_gc_objects_uncollectable_total",
    "counter",
    "Objects that a collection could not free, by generation. Any is a leak: see gc.garbage.",
    labels=("generation",),
    cap=10,
)
PROCESS_CPU = Metric(
    "process_cpu_seconds_total",
    "counter",
    "User and system CPU time of the service's processes, the dead ones included as last scraped.",
)
PROCESS_RESIDENT_MEMORY = Metric(
    "process_resident_memory_bytes",
    "gauge",
    "Resident memory, added up over the processes; pages that they share count once for each.",
)
PROCESS_VIRTUAL_MEMORY = Metric(
    "process_virtual_memory_bytes",
    "gauge",
    "Virtual memory, added up over the processes.",
)
PROCESS_OPEN_FDS = Metric(
    "process_open_fds",
    "gauge",
    "Open file descriptors of the process that has the most. Near process_max_fds, accept() and connect() will fail.",
    merge="max",
)
PROCESS_MAX_FDS = Metric(
    "process_max_fds",
    "gauge",
    "The lowest limit of open file descriptors among the processes (ulimit -n).",
    merge="min",
)
PROCESS_START_TIME = Metric(
    "process_start_time_seconds",
    "gauge",
    "Unix time at which the newest of the processes started.",
    merge="max",
)
OBS_PROCESSES = Metric(
    "obs_processes",
    "gauge",
    "Live processes of the service that these series are merged from.",
)

# -- obs itself --

OBS_SELF_CPU = Metric(
    "obs_self_cpu_seconds_total",
    "counter",
    "CPU time that obs used for itself: its host process, what that has started (py-spy), and its own threads.",
)
OBS_SELF_ERRORS = Metric(
    "obs_self_errors_total",
    "counter",
    "Faults of obs that it contained, by part. The log has the first of each; the service was not affected.",
    labels=("part",),
    cap=100,
)
OBS_SELF_DROPPED_SPANS = Metric(
    "obs_self_dropped_spans_total",
    "counter",
    "Finished spans that were not sent, by reason. The collector or the path to it is slow or down.",
    labels=("reason",),
    cap=20,
)
OBS_SELF_DROPPED_BLOCKS = Metric(
    "obs_self_dropped_blocks_total",
    "counter",
    "Blocks of the loop that were counted and have no record, by reason: queue_full, no_file (no room in shared "
    "memory), too_long.",
    labels=("reason",),
    cap=20,
)
OBS_SELF_DROPPED_PROFILES = Metric(
    "obs_self_dropped_profiles_total",
    "counter",
    "Recordings of the continuous profile that are not where they should be, by reason. Not sent: refused (the server "
    "answered that it doesn't want it), failed (no answer, or an error of its own, several times), queue_full, "
    "shutdown. Not kept: disk (it could not be written), size (it is larger than OBS_PROFILE_SIZE).",
    labels=("reason",),
    cap=20,
)
OBS_SELF_TRACER_LOST = Metric(
    "obs_self_tracer_lost_total",
    "counter",
    "How often somebody else had replaced or removed obs's tracer of greenlet switches, and it was installed again. "
    "What ran in between (a second at most) is in the wrong place.",
)
OBS_SELF_HOLD = Metric(
    "obs_self_hold_seconds",
    "histogram",
    "How long obs itself held a loop at a time, by CPU time: what it does once a second on the loop's thread, and "
    "beside it with the GIL. None is above 0.001: report it if one is.",
    buckets=HOLD_BUCKETS,
)
OBS_SELF_OVERFLOWED = Metric(
    "obs_self_overflowed_total",
    "counter",
    "Look-ups of label sets beyond a metric's cap; their values are in its __overflow__ series. Find the label with "
    "too many values.",
    labels=("metric",),
    cap=1_000,
)
OBS_SELF_TORN = Metric(
    "obs_self_torn_total",
    "counter",
    "Records of the metric files that could not be read and were left out. Other than 0: a process died in the "
    "middle of one, or something else writes to the run folder.",
)

CATALOG: tuple[Metric, ...] = (
    HTTP_SERVER_REQUEST_DURATION,
    HTTP_SERVER_ACTIVE_REQUESTS,
    OBS_REQUEST_QUEUE,
    OBS_REQUEST_DISCONNECTS,
    OBS_LONG_REQUESTS,
    OBS_LONG_REQUESTS_ACTIVE,
    MESSAGING_PROCESS_DURATION,
    MESSAGING_SENT,
    OBS_JOB_QUEUE_WAIT,
    OBS_JOB_SCHEDULED,
    OBS_JOBS_ACTIVE,
    OBS_JOB_RETRIES,
    OBS_JOBS_LOST,
    OBS_JOBS_UNWATCHED,
    OBS_JOB_SLOTS,
    OBS_JOB_BACKLOG,
    OBS_JOB_OLDEST_AGE,
    OBS_JOB_BROKER_UP,
    OBS_WORK_INFO,
    OBS_WORK_SECONDS,
    OBS_WAIT_SECONDS,
    OBS_INTERFERENCE,
    OBS_DELAY_ESTIMATED,
    OBS_SERVICE_INFO,
    OBS_BUILD_INFO,
    OBS_SLI,
    OBS_SLI_ERRORS,
    OBS_SLI_ACTIVE,
    OBS_SLO_OBJECTIVE,
    OBS_LOOP_BLOCKS,
    OBS_LOOP_BLOCKED,
    OBS_LOOP_SECONDS,
    OBS_LOOP_ITERATIONS,
    OBS_LOOP_DELAY,
    OBS_GREENLETS,
    OBS_THREADPOOL_SIZE,
    OBS_THREADPOOL_THREADS,
    OBS_THREADPOOL_QUEUE,
    OBS_THREADPOOL_WAIT,
    OBS_LISTEN_QUEUE_CONNECTIONS,
    OBS_LISTEN_QUEUE_LIMIT,
    PYTHON_GC_PAUSE,
    PYTHON_GC_COLLECTIONS,
    PYTHON_GC_OBJECTS_COLLECTED,
    PYTHON_GC_OBJECTS_UNCOLLECTABLE,
    PROCESS_CPU,
    PROCESS_RESIDENT_MEMORY,
    PROCESS_VIRTUAL_MEMORY,
    PROCESS_OPEN_FDS,
    PROCESS_MAX_FDS,
    PROCESS_START_TIME,
    OBS_PROCESSES,
    OBS_SELF_CPU,
    OBS_SELF_ERRORS,
    OBS_SELF_DROPPED_SPANS,
    OBS_SELF_DROPPED_BLOCKS,
    OBS_SELF_DROPPED_PROFILES,
    OBS_SELF_TRACER_LOST,
    OBS_SELF_HOLD,
    OBS_SELF_OVERFLOWED,
    OBS_SELF_TORN,
)
