"""Requests by endpoint: rate, errors, latency, whose the time is, and what changed."""

from __future__ import annotations

from obs.generate.boards import levels, links
from obs.generate.boards.board import Board, Variable
from obs.generate.boards.colours import CLOCKS
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Heatmap, Query, Table
from obs.generate.boards.promql import against, ago, of, owned, quantile, rate, share, top, total
from obs.generate.boards.shapes import areas, changes, figure, figures, lines, row
from obs.generate.boards.variables import showing
from obs.generate.rules.records import requests, versions, work
from obs.metrics.catalog import HTTP_SERVER_REQUEST_DURATION, OBS_REQUEST_DISCONNECTS, OBS_REQUEST_QUEUE

TARGET = Variable("target", "Target", "0.1,0.25,0.5,1,2.5", custom=True, default="0.25")
"""Seconds that an endpoint should take: what is over it is excess."""

REQUESTS = of(requests.WORK_REQUESTS)
ERRORS = of(requests.WORK_ERRORS)
P99 = of(requests.WORK_P99)
BUCKETS = of(requests.VERSION_BUCKETS)
TIME = of(requests.WORK_SECONDS)
OWN_CLOCKS = owned(of(work.WORK_CLOCKS, kind="request"))
EXCESS = f"clamp_min({P99} - $target, 0) * {REQUESTS}"
BY_WORK = ("work", "service", "team", "env")

FIGURES = figures(
    figure("failed", "Failed", "percentunit", share(total(owned(ERRORS)), total(owned(REQUESTS))), levels.FAILED).about(
        "Part of the requests that ended with a 5xx or an exception that escaped."
    ),
    figure("p99", "p99", "s", quantile(0.99, owned(BUCKETS)), levels.SLOW).about(
        "99 of 100 requests are faster. The table says which endpoint makes it."
    ),
    figure("p50", "Median", "s", quantile(0.5, owned(BUCKETS)), levels.above(0.25, 1)).about(
        "Half of the requests are faster. If it rises too, everybody is slow: the loops or a database."
    ),
    figure(
        "delay",
        "Time lost in line",
        "percentunit",
        share(total(owned(of(work.WORK_CLOCKS, kind="request", state="delay"))), total(OWN_CLOCKS)),
        levels.IN_LINE,
    ).about(
        "Part of the requests' time in which they were ready and others held the loop. Above a tenth: open Gevent "
        "and mend the culprit, not these endpoints."
    ),
    figure(
        "queue",
        "Before the handler, p99",
        "s",
        quantile(0.99, rate(OBS_REQUEST_QUEUE, "_bucket")),
        levels.above(0.05, 0.5),
        none="none",
    ).about("Time in line before the handler begins, which no duration shows. Rising: free the loops or add workers."),
    figure("rate", "Requests", "reqps", total(owned(REQUESTS))).about("Requests a second that ended."),
)

COURSE = row(
    lines("rates", "Requests by endpoint", "reqps", {"{{work}}": top(10, owned(REQUESTS))}).about(
        "The ten busiest now. A change of traffic explains many others."
    ),
    lines("errors", "Failures by endpoint", "reqps", {"{{work}}": top(10, owned(ERRORS))}).about(
        "The ten that fail most. Click through to Endpoint for the statuses and traces."
    ),
    lines(
        "latency",
        "p99 by endpoint",
        "s",
        {"{{work}}": top(10, owned(P99)), "target": "vector($target)"},
        dashed=("target",),
    ).about("The ten slowest now. The Target above is the dashed line of what they should take."),
    height=10,
)

ENDPOINTS = row(
    Table(
        key="endpoints",
        title="Endpoints",
        by=BY_WORK,
        hidden=("env",),
        links=(links.TO_WORK,),
        columns=(
            Column("Excess", owned(EXCESS), "s", levels.above(0.01, 1)),
            Column("Requests", owned(REQUESTS), "reqps"),
            Column("Failed", owned(share(ERRORS, REQUESTS)), "percentunit", levels.FAILED),
            Column("p50", owned(of(requests.WORK_P50)), "s"),
            Column("p99", owned(P99), "s", levels.SLOW),
            Column(
                "Time",
                f"{owned(TIME)} / ignoring (env, service, work, feature, team) group_left () ({total(TIME)} > 0)",
                "percentunit",
            ),
            *changes(P99, levels.SLOWER),
            Column(
                "Version",
                owned(against(of(versions.NEW_MEAN), f"last_over_time({of(versions.OLD_MEAN)}[6h])")),
                "percentunit",
                levels.SLOWER,
                decimals=0,
            ),
        ),
        sort="Excess",
    ).about(
        "Excess is p99 over the target times requests: where mending pays most. Time is the part of all requests' "
        "time. 1 h, 1 d, 1 w: how much slower p99 is than then; version: how much slower the mean is than on the "
        "version before. Click a work to see why."
    ),
    title="Which endpoint?",
    height=11,
)

WHOSE = row(
    areas("time", "Time by endpoint", "short", {"{{work}}": top(10, owned(TIME))}).about(
        "Requests in progress, on average, by endpoint: the ten with the most of it. What is wide here is what "
        "the service spends its time on."
    ),
    areas("excess", "Excess over the target", "s", {"{{work}}": top(10, owned(EXCESS))}).about(
        "p99 over the target, times requests a second: what users lose, by endpoint. Begin with the widest."
    ),
    title="Where is the time?",
)

WHY = row(
    areas("clocks", "Where the time goes", "short", {"{{state}}": total(OWN_CLOCKS, "state")}, colours=CLOCKS).about(
        "Requests in progress by what they do. wait alone grows: what they wait for is slow. delay: others hold "
        "the loop. cpu or held: their own code."
    ),
    Heatmap(
        key="spread", title="Durations", unit="s", queries=(Query(total(owned(BUCKETS), "le"), "{{le}}", "heatmap"),)
    ).about("How many requests of each duration. Two bands: two sorts of requests, or a cache that misses."),
)

THEN = row(
    lines(
        "then",
        "p99 now and before",
        "s",
        {
            "now": quantile(0.99, BUCKETS),
            "an hour ago": quantile(0.99, ago(BUCKETS, "1h")),
            "a day ago": quantile(0.99, ago(BUCKETS, "1d")),
            "a week ago": quantile(0.99, ago(BUCKETS, "1w")),
        },
        dashed=("an hour ago", "a day ago", "a week ago"),
    ).about("The same hour a day and a week ago: what is usual. Without history these lines are missing."),
    lines("versions", "p99 by version", "s", {"{{version}}": quantile(0.99, BUCKETS, "version")}).about(
        "While two versions run: is the new one slower? Then roll back."
    ),
    areas(
        "answers",
        "Answers by status",
        "reqps",
        {
            "{{http_response_status_code}}": total(
                rate(HTTP_SERVER_REQUEST_DURATION, "_count"), "http_response_status_code"
            ),
            "client left": total(rate(OBS_REQUEST_DISCONNECTS)),
        },
    ).about("4xx are no failures of ours, but a burst of 401 or 429 is a story too. Of the chosen service."),
    title="What changed?",
)

API = Board(
    name="api",
    title="obs / API",
    description="Which endpoint is slow, failing or expensive, since when, and is it the last deploy.",
    rows=(FIGURES, COURSE, ENDPOINTS, WHOSE, WHY, THEN),
    variables=(*showing("env", "service", "team", "feature", "version"), TARGET),
    annotations=(DEPLOYS,),
)
