"""Jobs: how long do they stand in line, do the workers keep up, what fails."""

from __future__ import annotations

from obs.generate.boards import levels, links
from obs.generate.boards.board import Board, Variable
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Table
from obs.generate.boards.promql import Like, most, of, or_zero, owned, queued, rate, share, top, total
from obs.generate.boards.shapes import figure, figures, lines, row
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

FIGURES = figures(
    figure("oldest", "Oldest job", "s", most(AGE), levels.OLD, none="no queue").about(
        "Age of the job that stands first in the worst queue: how late whoever comes now will be. Alert on this, "
        "never on how many there are."
    ),
    figure("wait", "Time in line, p99", "s", most(owned(of(jobs.WORK_WAIT_P99))), levels.OLD, none="no jobs").about(
        "Of the jobs that began: how long they stood in their queue."
    ),
    figure(
        "growth", "More come than go", "cps", f"{total(SENT)} - {total(DONE)}", levels.above(0.5, 5), decimals=2
    ).about(
        "Jobs sent less jobs done, each second, over all chosen queues. Above 0 for long: the queues fill; add "
        "workers, or find what became slower."
    ),
    figure(
        "saturation",
        "Workers in use",
        "percentunit",
        share(total(of(OBS_JOBS_ACTIVE, **THIS)), total(of(OBS_JOB_SLOTS))),
        levels.above(0.8, 0.95),
        none="no workers",
    ).about("Running jobs over what the workers can run at once. At 1 every further job waits: add workers."),
    figure(
        "failed", "Failed", "percentunit", share(total(FAILURES), total(DELIVERIES)), levels.JOBS_FAILED, none="no jobs"
    ).about("Part of the deliveries that failed, ran out of time or whose worker was killed."),
    figure(
        "retried",
        "Tried again",
        "percentunit",
        share(f"({or_zero(total(RETRIES))})", total(DELIVERIES)),
        levels.LATE,
        none="no jobs",
    ).about("Part of the deliveries that are not a job's first. Near 1: the queue works for nothing."),
)

LINE = row(
    lines("age", "Age of the oldest, by queue", "s", {"{{messaging_destination_name}}": AGE}).about(
        "Rising with the slope of the clock: nothing comes out at all; look whether workers run."
    ),
    lines("backlog", "Jobs in line, by queue", "short", {"{{messaging_destination_name}}": BACKLOG}).about(
        "Those that are due. A high one that falls is a burst being worked off."
    ),
    title="How late are they?",
)

FLOW = row(
    lines(
        "flow",
        "Sent against done",
        "cps",
        {"sent": total(SENT), "done": total(DONE)},
        colours={"sent": "blue", "done": "green"},
    ).about("Both lines together: the workers keep up. Sent above done: the queue fills."),
    lines(
        "drain", "Time until a queue is empty", "s", {"{{messaging_destination_name}}": f"{DRAIN} or ({BACKLOG} == 0)"}
    ).about("At the present pace; nothing is drawn while a queue does not shrink. 0: it is empty."),
    title="Do the workers keep up?",
)

WHICH = row(
    Table(
        key="works",
        title="Jobs",
        by=OF_WORK,
        hidden=("env",),
        links=(links.TO_WORK,),
        columns=(
            Column("In line, p99", owned(of(jobs.WORK_WAIT_P99)), "s", levels.OLD),
            Column("Runs, p99", owned(of(jobs.WORK_P99)), "s", levels.above(5, 60)),
            Column("Done", DELIVERIES, "cps"),
            Column(
                "Failed",
                owned(share(of(jobs.WORK_FAILURES), of(jobs.WORK_DELIVERIES))),
                "percentunit",
                levels.JOBS_FAILED,
            ),
            Column(
                "Tried again",
                owned(share(of(jobs.WORK_RETRIES), of(jobs.WORK_DELIVERIES))),
                "percentunit",
                levels.LATE,
            ),
        ),
        sort="In line, p99",
    ).about(
        "Each sort of job, the longest in line first. Failed: its worker's log has the exception. In line but "
        "fast: more workers. Slow: click it to see where its time goes."
    ),
    title="Which job?",
)

COURSE = row(
    lines("waits", "Time in line, p99, by job", "s", {"{{work}}": top(10, owned(of(jobs.WORK_WAIT_P99)))}).about(
        "The ten that wait longest now. All of one queue alike: the workers are too few."
    ),
    lines("runs", "Run time, p99, by job", "s", {"{{work}}": top(10, owned(of(jobs.WORK_P99)))}).about(
        "The ten slowest now. One that became slower fills the queue for all others."
    ),
    lines(
        "failures",
        "Failures and retries",
        "cps",
        {
            "failed": or_zero(total(FAILURES)),
            "tried again": or_zero(total(RETRIES)),
            "worker lost": or_zero(total(rate(OBS_JOBS_LOST, **THIS))),
        },
        colours={"failed": "red", "tried again": "orange", "worker lost": "purple"},
    ).about(
        "Failed deliveries, those that are not the first, and those whose worker vanished: killed for its memory, "
        "or by hand."
    ),
)

WORKERS = row(
    lines("in-use", "Workers in use, by service", "percentunit", {"{{service}}": share(ACTIVE, SLOTS)}, most=1).about(
        "At 1 they are full. Full and the CPU is idle: their jobs wait; more of them at once would do."
    ),
    Table(
        key="queues",
        title="Queues",
        width=14,
        by=OF_QUEUE,
        hidden=("env",),
        links=(links.TO_QUEUE,),
        columns=(
            Column("Oldest", of(jobs.QUEUE_AGE, **THIS), "s", levels.OLD),
            Column("In line", of(jobs.QUEUE_BACKLOG, **THIS), "short"),
            Column("Sent", of(jobs.QUEUE_SENT, **THIS), "cps"),
            Column("Done", of(jobs.QUEUE_DELIVERIES, **THIS), "cps"),
            Column("Up", of(jobs.QUEUE_READABLE, **THIS), "none"),
        ),
        sort="Oldest",
    ).about("What stands in each, and whether anybody can read it (1) or its broker doesn't answer (0)."),
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
