"""Is it us, and who is it: the first board at night."""

from __future__ import annotations

from obs.generate.boards import levels, links
from obs.generate.boards.board import Board
from obs.generate.boards.builtin import FIRING
from obs.generate.boards.colours import CLOCKS
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Table
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
from obs.generate.boards.shapes import areas, figure, figures, lines, row
from obs.generate.boards.variables import showing
from obs.generate.rules.records import jobs, loop, owners, process, requests, slo, versions, work

RATE = total(of(requests.SERVICE_REQUESTS))
FAILED = share(total(of(requests.SERVICE_ERRORS)), total(of(requests.SERVICE_REQUESTS)))
BY_SERVICE = ("env", "service")


def with_team(expr: str) -> str:
    """``expr``, of services, with the team to call."""
    return f"({expr}) * on (env, service) group_left (team) {of(owners.SERVICE_OWNER)}"


CORES = total(of(work.WORK_CPU), *BY_SERVICE)
CLOCKS_OF_WORKS = total(owned(of(work.WORK_CLOCKS)), "state")

CULPRITS = f"topk(20, {of(work.CULPRITS)} > 0)"
NAMED = f'label_replace({of(work.WORK_CPU)}, "culprit", "$1", "work", "(.*)")'
CULPRITS_CPU = f"{total(NAMED, 'env', 'service', 'culprit')} and on (env, service, culprit) {CULPRITS}"

ALERTS = (
    f"count by (alertname, severity, service, team, work) ({FIRING})"
    ' or on () label_replace(vector(0), "alertname", "(none fires)", "", "")'
)

FIGURES = figures(
    figure("alerts", "Alerts firing", "none", or_zero(f"count({FIRING})"), levels.ONE_IS_BAD).about(
        "Alerts of obs that fire now; the table below has them. Begin with the pages."
    ),
    figure("failed", "Failed", "percentunit", FAILED, levels.FAILED).about(
        "Part of the requests that ended with a 5xx or an exception. Above 1%: open API, sort by Failed."
    ),
    figure("p99", "p99", "s", quantile(0.99, of(requests.VERSION_BUCKETS)), levels.SLOW).about(
        "99 of 100 requests are faster. Compare with its course; then API, sort by Excess."
    ),
    figure(
        "budget",
        "Budget left",
        "percentunit",
        least(of(slo.LEFT)),
        levels.LEFT,
        none="no SLO",
    ).about("Of the SLO that is worst off, over 30 days: 1 is all of it, below 0 it is overspent. Open SLO."),
    figure("busy", "Loops busy", "percentunit", most(of(loop.SERVICE_BUSY)), levels.BUSY, none="no loops").about(
        "Part of the time that event loops run code. Above 0.7 everything stands in line: open Gevent."
    ),
    figure("late", "Loops late, p99", "s", most(of(loop.DELAY_P99)), levels.LATE, none="no loops").about(
        "How late a loop comes to what is ready, of the worst service. All its requests wait so long beside their "
        "own time: see the culprits below."
    ),
    figure("oldest-job", "Oldest job", "s", most(queued(of(jobs.QUEUE_AGE))), levels.OLD, none="no queues").about(
        "Age of the job that stands first in the worst queue. Minutes: open Jobs."
    ),
    figure("rate", "Requests", "reqps", RATE).about(
        "Requests a second. A sudden drop is an outage in front of us; a rise may explain all the rest."
    ),
)

IS_IT_US = row(
    areas("clocks", "Where the time goes", "short", {"{{state}}": CLOCKS_OF_WORKS}, colours=CLOCKS).about(
        "Work in progress by what it does. cpu: its Python runs. held: it stops the loop without computing, "
        "unblock it. delay: ready, but others hold the loop; see the culprits. wait: for a database, a lock, "
        "another service: if only this grows, it is not us."
    ),
    lines(
        "late-and-busy",
        "Requests' p99 beside the loops",
        "s",
        {
            "p99 of requests": quantile(0.99, of(requests.VERSION_BUCKETS)),
            "late, p99": most(of(loop.DELAY_P99)),
            "busy": most(of(loop.SERVICE_BUSY)),
        },
        units={"busy": "percentunit"},
        colours={"p99 of requests": "blue", "busy": CLOCKS["cpu"], "late, p99": CLOCKS["delay"]},
    ).about(
        "If p99 rises together with busy and late, our own code holds the loops. If it rises alone, what we wait "
        "for is slow."
    ),
    title="Is it us?",
)

WHO_IS_IT = row(
    Table(
        key="services",
        title="Services",
        by=("service", "team", "env"),
        links=(links.TO_SERVICE, links.TO_LOOPS),
        columns=(
            Column("Requests", with_team(of(requests.SERVICE_REQUESTS)), "reqps"),
            Column(
                "Failed",
                with_team(share(of(requests.SERVICE_ERRORS), of(requests.SERVICE_REQUESTS))),
                "percentunit",
                levels.FAILED,
            ),
            Column("p99", with_team(of(requests.SERVICE_P99)), "s", levels.SLOW),
            Column(
                "p99, 1 h",
                with_team(against(of(requests.SERVICE_P99), ago(of(requests.SERVICE_P99), "1h"))),
                "percentunit",
                levels.SLOWER,
                decimals=0,
            ),
            Column(
                "Busy",
                with_team(of(loop.SERVICE_BUSY)),
                "percentunit",
                levels.BUSY,
                decimals=0,
            ),
            Column("Late, p99", with_team(of(loop.DELAY_P99)), "s", levels.LATE),
            Column("Cores", with_team(CORES), "short", decimals=2),
            Column("Memory, each", with_team(of(process.MEMORY)), "bytes"),
        ),
        sort="Failed",
    ).about("Every service, the most failures first. Click one for its endpoints; the team is whom to call."),
    title="Who is it?",
)

BLAME = row(
    Table(
        key="culprits",
        title="Who holds the loops: seconds that others stood in line behind it, each second",
        width=11,
        by=("culprit", "service", "env"),
        hidden=("env",),
        links=(links.TO_CULPRIT,),
        columns=(
            Column("Costs others", CULPRITS, "s", bar=True),
            Column("Cores", CULPRITS_CPU, "short", decimals=2),
        ),
        sort="Costs others",
    ).about(
        "The first of the list costs the others most. Click it, and see on which line it spends its time: obs "
        "profile record --service S --work NAME."
    ),
    Table(
        key="firing",
        title="Alerts that fire",
        width=13,
        by=("alertname", "severity", "service", "team", "work"),
        wide=("alertname", "work"),
        widths={"severity": 96, "service": 95, "team": 95},
        columns=(
            Column(
                "Alerts",
                ALERTS,
                "none",
            ),
        ),
        sort="severity",
        rising=True,
    ).about("What fires now, pages first. Empty is good: then look at what changed."),
)

CHANGED = row(
    lines("slower", "Slowest works, p99", "s", {"{{work}}": top(10, owned(of(requests.WORK_P99)))}).about(
        "The ten slowest now, and how they were. Click a line for the work."
    ),
    Table(
        key="versions",
        title="Versions",
        by=("service", "version", "env"),
        columns=(
            Column(
                "Seen first",
                f"({of(versions.FIRST_SEEN)} and on (env, service, version) {of(versions.CURRENT)}) * 1000",
                "dateTimeFromNow",
            ),
        ),
        sort="Seen first",
        links=(links.TO_SERVICE,),
    ).about(
        "What runs, and what ran before it. The blue marks on all panels are these changes; if one stands where "
        "the trouble begins, roll back first."
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
