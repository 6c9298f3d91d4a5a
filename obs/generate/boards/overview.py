"""Is it us, and who is it: the first board at night."""

from __future__ import annotations

from obs.generate.boards import links
from obs.generate.boards.board import Board, Row
from obs.generate.boards.builtin import FIRING
from obs.generate.boards.colours import BAD, CLOCKS, WARN
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Query, Stat, Step, Table, TimeSeries
from obs.generate.boards.promql import (
    against,
    ago,
    least,
    most,
    of,
    or_zero,
    owned,
    quantile,
    queued,
    share,
    top,
    total,
)
from obs.generate.boards.variables import showing
from obs.generate.rules.records import jobs, loop, owners, process, requests, slo, versions, work

RATE = total(of(requests.SERVICE_REQUESTS))
FAILED = share(total(of(requests.SERVICE_ERRORS)), total(of(requests.SERVICE_REQUESTS)))
BY_SERVICE = ("env", "service")


def with_team(expr: str) -> str:
    """``expr``, of services, with the team to call."""
    return f"({expr}) * on (env, service) group_left (team) {of(owners.SERVICE_OWNER)}"


CORES = total(of(work.WORK_CPU), *BY_SERVICE)
BUSY = (Step(0.7, WARN), Step(0.85, BAD))
CLOCKS_OF_WORKS = total(owned(of(work.WORK_CLOCKS)), "state")

CULPRITS = f"topk(20, {of(work.CULPRITS)} > 0)"
NAMED = f'label_replace({of(work.WORK_CPU)}, "culprit", "$1", "work", "(.*)")'
CULPRITS_CPU = f"{total(NAMED, 'env', 'service', 'culprit')} and on (env, service, culprit) {CULPRITS}"

ALERTS = (
    f"count by (alertname, severity, service, team, work) ({FIRING})"
    ' or on () label_replace(vector(0), "alertname", "(none fires)", "", "")'
)

FIGURES = Row(
    (
        Stat(
            key="alerts",
            title="Alerts firing",
            description="Alerts of obs that fire now; the table below has them. Begin with the pages.",
            width=3,
            unit="none",
            queries=(Query(or_zero(f"count({FIRING})")),),
            steps=(Step(1, BAD),),
        ),
        Stat(
            key="failed",
            title="Failed",
            description="Part of the requests that ended with a 5xx or an exception. Above 1%: open API, sort by "
            "Failed.",
            width=3,
            unit="percentunit",
            queries=(Query(FAILED),),
            steps=(Step(0.001, WARN), Step(0.01, BAD)),
        ),
        Stat(
            key="p99",
            title="p99",
            description="99 of 100 requests are faster. Compare with its course; then API, sort by Excess.",
            width=3,
            unit="s",
            queries=(Query(quantile(0.99, of(requests.VERSION_BUCKETS))),),
            steps=(Step(0.5, WARN), Step(2.5, BAD)),
        ),
        Stat(
            key="budget",
            title="Budget left",
            description="Of the SLO that is worst off, over 30 days: 1 is all of it, below 0 it is overspent. Open "
            "SLO.",
            width=3,
            unit="percentunit",
            none="no SLO",
            queries=(Query(least(of(slo.LEFT))),),
            steps=(Step(-1e9, BAD), Step(0, BAD), Step(0.1, WARN), Step(0.25, "green")),
        ),
        Stat(
            key="busy",
            title="Loops busy",
            description="Part of the time that event loops run code. Above 0.7 everything stands in line: open Gevent.",
            width=3,
            unit="percentunit",
            none="no loops",
            queries=(Query(most(of(loop.SERVICE_BUSY))),),
            steps=BUSY,
        ),
        Stat(
            key="late",
            title="Loops late, p99",
            description="How late a loop comes to what is ready, of the worst service. All its requests wait so long "
            "beside their own time: see the culprits below.",
            width=3,
            unit="s",
            none="no loops",
            queries=(Query(most(of(loop.DELAY_P99))),),
            steps=(Step(0.05, WARN), Step(0.25, BAD)),
        ),
        Stat(
            key="oldest-job",
            title="Oldest job",
            description="Age of the job that stands first in the worst queue. Minutes: open Jobs.",
            width=3,
            unit="s",
            none="no queues",
            queries=(Query(most(queued(of(jobs.QUEUE_AGE)))),),
            steps=(Step(60, WARN), Step(300, BAD)),
        ),
        Stat(
            key="rate",
            title="Requests",
            description="Requests a second. A sudden drop is an outage in front of us; a rise may explain all the "
            "rest.",
            width=3,
            unit="reqps",
            queries=(Query(RATE),),
        ),
    ),
    height=4,
)

IS_IT_US = Row(
    (
        TimeSeries(
            key="clocks",
            title="Where the time goes",
            description="Work in progress by what it does. cpu: its Python runs. held: it stops the loop without "
            "computing, unblock it. delay: ready, but others hold the loop; see the culprits. wait: for "
            "a database, a lock, another service: if only this grows, it is not us.",
            width=12,
            unit="short",
            stacked=True,
            colours=CLOCKS,
            queries=(Query(CLOCKS_OF_WORKS, "{{state}}"),),
        ),
        TimeSeries(
            key="late-and-busy",
            title="Requests' p99 beside the loops",
            description="If p99 rises together with busy and late, our own code holds the loops. If it rises alone, "
            "what we wait for is slow.",
            width=12,
            unit="s",
            units={"busy": "percentunit"},
            colours={"p99 of requests": "blue", "busy": CLOCKS["cpu"], "late, p99": CLOCKS["delay"]},
            queries=(
                Query(quantile(0.99, of(requests.VERSION_BUCKETS)), "p99 of requests"),
                Query(most(of(loop.DELAY_P99)), "late, p99"),
                Query(most(of(loop.SERVICE_BUSY)), "busy"),
            ),
        ),
    ),
    title="Is it us?",
)

WHO_IS_IT = Row(
    (
        Table(
            key="services",
            title="Services",
            description="Every service, the most failures first. Click one for its endpoints; the team is whom to "
            "call.",
            width=24,
            by=("service", "team", "env"),
            widths={"service": 200, "team": 150, "env": 130},
            links=(links.TO_SERVICE, links.TO_LOOPS),
            columns=(
                Column("Requests", with_team(of(requests.SERVICE_REQUESTS)), "reqps"),
                Column(
                    "Failed",
                    with_team(share(of(requests.SERVICE_ERRORS), of(requests.SERVICE_REQUESTS))),
                    "percentunit",
                    (Step(0.001, WARN), Step(0.01, BAD)),
                ),
                Column("p99", with_team(of(requests.SERVICE_P99)), "s", (Step(0.5, WARN), Step(2.5, BAD))),
                Column(
                    "p99, 1 h",
                    with_team(against(of(requests.SERVICE_P99), ago(of(requests.SERVICE_P99), "1h"))),
                    "percentunit",
                    (Step(0.2, WARN), Step(1, BAD)),
                    decimals=0,
                ),
                Column(
                    "Busy",
                    with_team(of(loop.SERVICE_BUSY)),
                    "percentunit",
                    (Step(0.7, WARN), Step(0.85, BAD)),
                    decimals=0,
                ),
                Column("Late, p99", with_team(of(loop.DELAY_P99)), "s", (Step(0.05, WARN), Step(0.25, BAD))),
                Column("Cores", with_team(CORES), "short", decimals=2),
                Column("Memory, each", with_team(of(process.MEMORY)), "bytes"),
            ),
            sort="Failed",
        ),
    ),
    title="Who is it?",
)

BLAME = Row(
    (
        Table(
            key="culprits",
            title="Who holds the loops: seconds that others stood in line behind it, each second",
            description="The first of the list costs the others most. Click it, and see on which line it spends its "
            "time: obs profile record --service S --work NAME.",
            width=12,
            by=("culprit", "service", "env"),
            hidden=("env",),
            widths={"culprit": 260, "service": 110},
            links=(links.TO_CULPRIT,),
            columns=(
                Column("Costs others", CULPRITS, "s", bar=True),
                Column("Cores", CULPRITS_CPU, "short", decimals=2),
            ),
            sort="Costs others",
        ),
        Table(
            key="firing",
            title="Alerts that fire",
            description="What fires now, pages first. Empty is good: then look at what changed.",
            width=12,
            by=("alertname", "severity", "service", "team", "work"),
            columns=(
                Column(
                    "Alerts",
                    ALERTS,
                    "none",
                    width=80,
                ),
            ),
            sort="severity",
            rising=True,
        ),
    ),
)

CHANGED = Row(
    (
        TimeSeries(
            key="slower",
            title="Slowest works, p99",
            description="The ten slowest now, and how they were. Click a line for the work.",
            width=12,
            unit="s",
            queries=(Query(top(10, owned(of(requests.WORK_P99))), "{{work}}"),),
        ),
        Table(
            key="versions",
            title="Versions",
            description="What runs, and what ran before it. The blue marks on all panels are these changes; if one "
            "stands where the trouble begins, roll back first.",
            width=12,
            by=("service", "version", "env"),
            columns=(
                Column(
                    "Seen first",
                    f"({of(versions.FIRST_SEEN)} and on (env, service, version) {of(versions.CURRENT)}) * 1000",
                    "dateTimeFromNow",
                    width=200,
                ),
            ),
            sort="Seen first",
            links=(links.TO_SERVICE,),
        ),
    ),
    title="What changed?",
)

OVERVIEW = Board(
    name="overview",
    title="obs / Overview",
    description="Is it us, and who is it: what fires, what is slow, who holds the loops, what changed.",
    rows=(FIGURES, IS_IT_US, WHO_IS_IT, BLAME, CHANGED),
    variables=showing("env", "service", "team", "feature"),
    annotations=(DEPLOYS,),
)
