"""Jobs: how long do they stand in line, do the workers keep up, what fails."""

from __future__ import annotations

from obs.generate.boards import links
from obs.generate.boards.board import Board, Row, Variable
from obs.generate.boards.colours import BAD, WARN
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Query, Stat, Step, Table, TimeSeries
from obs.generate.boards.promql import Like, most, of, or_zero, owned, queued, rate, share, top, total
from obs.generate.boards.variables import showing, values
from obs.generate.rules.records import jobs, owners
from obs.metrics.catalog import OBS_JOB_SLOTS, OBS_JOBS_ACTIVE, OBS_JOBS_LOST

QUEUE = Variable("queue", "Queue", values(of(owners.QUEUE_OWNER, team=Like("$team")), "messaging_destination_name"))

THIS = {"messaging_destination_name": Like("$queue")}
AGE = queued(of(jobs.QUEUE_AGE, **THIS))
BACKLOG = queued(of(jobs.QUEUE_BACKLOG, **THIS))
SENT = queued(of(jobs.QUEUE_SENT, **THIS))
DONE = queued(of(jobs.QUEUE_DELIVERIES, **THIS))
GROWTH = f"({of(jobs.QUEUE_SENT, **THIS)} - {of(jobs.QUEUE_DELIVERIES, **THIS)})"
DRAIN = queued(f"{of(jobs.QUEUE_BACKLOG, **THIS)} / (-{GROWTH} > 0)")
DELIVERIES = owned(of(jobs.WORK_DELIVERIES))
FAILURES = owned(of(jobs.WORK_FAILURES))
RETRIES = owned(of(jobs.WORK_RETRIES))
ACTIVE = total(of(OBS_JOBS_ACTIVE, **THIS), "service", "env")
SLOTS = total(of(OBS_JOB_SLOTS), "service", "env")
OF_QUEUE = ("messaging_destination_name", "messaging_system", "env")
OF_WORK = ("work", "service", "team", "env")
LATE = (Step(60, WARN), Step(300, BAD))

FIGURES = Row(
    (
        Stat(
            key="oldest",
            title="Oldest job",
            description="Age of the job that stands first in the worst queue: how late whoever comes now will be. "
            "Alert on this, never on how many there are.",
            width=4,
            unit="s",
            none="no queue",
            queries=(Query(most(AGE)),),
            steps=LATE,
        ),
        Stat(
            key="wait",
            title="Time in line, p99",
            description="Of the jobs that began: how long they stood in their queue.",
            width=4,
            unit="s",
            none="no jobs",
            queries=(Query(most(owned(of(jobs.WORK_WAIT_P99)))),),
            steps=LATE,
        ),
        Stat(
            key="growth",
            title="More come than go",
            description="Jobs sent less jobs done, each second, over all chosen queues. Above 0 for long: the queues "
            "fill; add workers, or find what became slower.",
            width=4,
            unit="cps",
            decimals=2,
            queries=(Query(f"{total(SENT)} - {total(DONE)}"),),
            steps=(Step(0.5, WARN), Step(5, BAD)),
        ),
        Stat(
            key="saturation",
            title="Workers in use",
            description="Running jobs over what the workers can run at once. At 1 every further job waits: add "
            "workers.",
            width=4,
            unit="percentunit",
            none="no workers",
            queries=(Query(share(total(of(OBS_JOBS_ACTIVE, **THIS)), total(of(OBS_JOB_SLOTS)))),),
            steps=(Step(0.8, WARN), Step(0.95, BAD)),
        ),
        Stat(
            key="failed",
            title="Failed",
            description="Part of the deliveries that failed, ran out of time or whose worker was killed.",
            width=4,
            unit="percentunit",
            none="no jobs",
            queries=(Query(share(total(FAILURES), total(DELIVERIES))),),
            steps=(Step(0.01, WARN), Step(0.1, BAD)),
        ),
        Stat(
            key="retried",
            title="Tried again",
            description="Part of the deliveries that are not a job's first. Near 1: the queue works for nothing.",
            width=4,
            unit="percentunit",
            none="no jobs",
            queries=(Query(share(f"({or_zero(total(RETRIES))})", total(DELIVERIES))),),
            steps=(Step(0.05, WARN), Step(0.25, BAD)),
        ),
    ),
    height=4,
)

LINE = Row(
    (
        TimeSeries(
            key="age",
            title="Age of the oldest, by queue",
            description="Rising with the slope of the clock: nothing comes out at all; look whether workers run.",
            width=12,
            unit="s",
            queries=(Query(AGE, "{{messaging_destination_name}}"),),
        ),
        TimeSeries(
            key="backlog",
            title="Jobs in line, by queue",
            description="Those that are due. A high one that falls is a burst being worked off.",
            width=12,
            unit="short",
            queries=(Query(BACKLOG, "{{messaging_destination_name}}"),),
        ),
    ),
    title="How late are they?",
)

FLOW = Row(
    (
        TimeSeries(
            key="flow",
            title="Sent against done",
            description="Both lines together: the workers keep up. Sent above done: the queue fills.",
            width=12,
            unit="cps",
            colours={"sent": "blue", "done": "green"},
            queries=(Query(total(SENT), "sent"), Query(total(DONE), "done")),
        ),
        TimeSeries(
            key="drain",
            title="Time until a queue is empty",
            description="At the present pace; nothing is drawn while a queue does not shrink. 0: it is empty.",
            width=12,
            unit="s",
            queries=(Query(f"{DRAIN} or ({BACKLOG} == 0)", "{{messaging_destination_name}}"),),
        ),
    ),
    title="Do the workers keep up?",
)

WHICH = Row(
    (
        Table(
            key="works",
            title="Jobs",
            description="Each sort of job, the longest in line first. Failed: its worker's log has the exception. In "
            "line but fast: more workers. Slow: click it to see where its time goes.",
            width=24,
            by=OF_WORK,
            widths={"work": 260},
            hidden=("env",),
            links=(links.TO_WORK,),
            columns=(
                Column("In line, p99", owned(of(jobs.WORK_WAIT_P99)), "s", LATE),
                Column("Runs, p99", owned(of(jobs.WORK_P99)), "s", (Step(5, WARN), Step(60, BAD))),
                Column("Done", DELIVERIES, "cps"),
                Column(
                    "Failed",
                    owned(share(of(jobs.WORK_FAILURES), of(jobs.WORK_DELIVERIES))),
                    "percentunit",
                    (Step(0.01, WARN), Step(0.1, BAD)),
                ),
                Column(
                    "Tried again",
                    owned(share(of(jobs.WORK_RETRIES), of(jobs.WORK_DELIVERIES))),
                    "percentunit",
                    (Step(0.05, WARN), Step(0.25, BAD)),
                ),
            ),
            sort="In line, p99",
        ),
    ),
    title="Which job?",
)

COURSE = Row(
    (
        TimeSeries(
            key="waits",
            title="Time in line, p99, by job",
            description="The ten that wait longest now. All of one queue alike: the workers are too few.",
            width=8,
            unit="s",
            queries=(Query(top(10, owned(of(jobs.WORK_WAIT_P99))), "{{work}}"),),
        ),
        TimeSeries(
            key="runs",
            title="Run time, p99, by job",
            description="The ten slowest now. One that became slower fills the queue for all others.",
            width=8,
            unit="s",
            queries=(Query(top(10, owned(of(jobs.WORK_P99))), "{{work}}"),),
        ),
        TimeSeries(
            key="failures",
            title="Failures and retries",
            description="Failed deliveries, those that are not the first, and those whose worker vanished: killed "
            "for its memory, or by hand.",
            width=8,
            unit="cps",
            colours={"failed": "red", "tried again": "orange", "worker lost": "purple"},
            queries=(
                Query(or_zero(total(FAILURES)), "failed"),
                Query(or_zero(total(RETRIES)), "tried again"),
                Query(or_zero(total(rate(OBS_JOBS_LOST, **THIS))), "worker lost"),
            ),
        ),
    ),
)

WORKERS = Row(
    (
        TimeSeries(
            key="in-use",
            title="Workers in use, by service",
            description="At 1 they are full. Full and the CPU is idle: their jobs wait; more of them at once would do.",
            width=12,
            unit="percentunit",
            most=1,
            queries=(Query(share(ACTIVE, SLOTS), "{{service}}"),),
        ),
        Table(
            key="queues",
            title="Queues",
            description="What stands in each, and whether anybody can read it (1) or its broker doesn't answer (0).",
            width=12,
            by=OF_QUEUE,
            links=(links.TO_QUEUE,),
            columns=(
                Column("Oldest", of(jobs.QUEUE_AGE, **THIS), "s", LATE),
                Column("In line", of(jobs.QUEUE_BACKLOG, **THIS), "short"),
                Column("Sent", of(jobs.QUEUE_SENT, **THIS), "cps"),
                Column("Done", of(jobs.QUEUE_DELIVERIES, **THIS), "cps"),
                Column("Readable", of(jobs.QUEUE_READABLE, **THIS), "none"),
            ),
            sort="Oldest",
        ),
    ),
    title="Workers and brokers",
)

JOBS = Board(
    name="jobs",
    title="obs / Jobs",
    description="How late are jobs, do the workers keep up, what fails.",
    rows=(FIGURES, LINE, FLOW, WHICH, COURSE, WORKERS),
    variables=(*showing("env", "service", "team", "feature", "version"), QUEUE),
    annotations=(DEPLOYS,),
)
