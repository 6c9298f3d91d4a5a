"""Requests by endpoint: rate, errors, latency, whose the time is, and what changed."""

from __future__ import annotations

from obs.generate.boards import links
from obs.generate.boards.board import Board, Row, Variable
from obs.generate.boards.colours import BAD, CLOCKS, WARN
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Heatmap, Query, Stat, Step, Table, TimeSeries
from obs.generate.boards.promql import against, ago, of, owned, quantile, rate, share, top, total
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
SLOWER = (Step(0.2, WARN), Step(1, BAD))

FIGURES = Row(
    (
        Stat(
            key="failed",
            title="Failed",
            description="Part of the requests that ended with a 5xx or an exception that escaped.",
            width=4,
            unit="percentunit",
            queries=(Query(share(total(owned(ERRORS)), total(owned(REQUESTS)))),),
            steps=(Step(0.001, WARN), Step(0.01, BAD)),
        ),
        Stat(
            key="p99",
            title="p99",
            description="99 of 100 requests are faster. The table says which endpoint makes it.",
            width=4,
            unit="s",
            queries=(Query(quantile(0.99, owned(BUCKETS))),),
            steps=(Step(0.5, WARN), Step(2.5, BAD)),
        ),
        Stat(
            key="p50",
            title="Median",
            description="Half of the requests are faster. If it rises too, everybody is slow: the loops or a database.",
            width=4,
            unit="s",
            queries=(Query(quantile(0.5, owned(BUCKETS))),),
            steps=(Step(0.25, WARN), Step(1, BAD)),
        ),
        Stat(
            key="delay",
            title="Time lost in line",
            description="Part of the requests' time in which they were ready and others held the loop. Above a "
            "tenth: open Gevent and mend the culprit, not these endpoints.",
            width=4,
            unit="percentunit",
            queries=(
                Query(
                    share(total(owned(of(work.WORK_CLOCKS, kind="request", state="delay"))), total(OWN_CLOCKS)),
                ),
            ),
            steps=(Step(0.1, WARN), Step(0.3, BAD)),
        ),
        Stat(
            key="queue",
            title="Before the handler, p99",
            description="Time in line before the handler begins, which no duration shows. Rising: free the loops or "
            "add workers.",
            width=4,
            unit="s",
            none="none",
            queries=(Query(quantile(0.99, rate(OBS_REQUEST_QUEUE, "_bucket"))),),
            steps=(Step(0.05, WARN), Step(0.5, BAD)),
        ),
        Stat(
            key="rate",
            title="Requests",
            description="Requests a second that ended.",
            width=4,
            unit="reqps",
            queries=(Query(total(owned(REQUESTS))),),
        ),
    ),
    height=4,
)

COURSE = Row(
    (
        TimeSeries(
            key="rates",
            title="Requests by endpoint",
            description="The ten busiest now. A change of traffic explains many others.",
            width=8,
            unit="reqps",
            queries=(Query(top(10, owned(REQUESTS)), "{{work}}"),),
        ),
        TimeSeries(
            key="errors",
            title="Failures by endpoint",
            description="The ten that fail most. Click through to Endpoint for the statuses and traces.",
            width=8,
            unit="reqps",
            queries=(Query(top(10, owned(ERRORS)), "{{work}}"),),
        ),
        TimeSeries(
            key="latency",
            title="p99 by endpoint",
            description="The ten slowest now. The Target above is the dashed line of what they should take.",
            width=8,
            unit="s",
            dashed=("target",),
            queries=(Query(top(10, owned(P99)), "{{work}}"), Query("vector($target)", "target")),
        ),
    ),
)

ENDPOINTS = Row(
    (
        Table(
            key="endpoints",
            title="Endpoints",
            description="Excess is p99 over the target times requests: where mending pays most. Time is the part of "
            "all requests' time. 1 h, 1 d, 1 w: how much slower p99 is than then; version: how much "
            "slower the mean is than on the version before. Click a work to see why.",
            width=24,
            by=BY_WORK,
            hidden=("env",),
            widths={"work": 290, "service": 130, "team": 120},
            links=(links.TO_WORK,),
            columns=(
                Column("Excess", owned(EXCESS), "s", (Step(0.01, WARN), Step(1, BAD)), width=90),
                Column("Requests", owned(REQUESTS), "reqps", width=100),
                Column("Failed", owned(share(ERRORS, REQUESTS)), "percentunit", (Step(0.001, WARN), Step(0.01, BAD))),
                Column("p50", owned(of(requests.WORK_P50)), "s"),
                Column("p99", owned(P99), "s", (Step(0.5, WARN), Step(2.5, BAD))),
                Column(
                    "Time",
                    f"{owned(TIME)} / ignoring (env, service, work, feature, team) group_left () ({total(TIME)} > 0)",
                    "percentunit",
                    width=80,
                ),
                Column("1 h", owned(against(P99, ago(P99, "1h"))), "percentunit", SLOWER, decimals=0),
                Column("1 d", owned(against(P99, ago(P99, "1d"))), "percentunit", SLOWER, decimals=0),
                Column("1 w", owned(against(P99, ago(P99, "1w"))), "percentunit", SLOWER, decimals=0),
                Column(
                    "Version",
                    owned(against(of(versions.NEW_MEAN), of(versions.OLD_MEAN))),
                    "percentunit",
                    SLOWER,
                    decimals=0,
                ),
            ),
            sort="Excess",
        ),
    ),
    height=11,
    title="Which endpoint?",
)

WHOSE = Row(
    (
        TimeSeries(
            key="time",
            title="Time by endpoint",
            description="Requests in progress, on average, by endpoint: the ten with the most of it. What is wide "
            "here is what the service spends its time on.",
            width=12,
            unit="short",
            stacked=True,
            queries=(Query(top(10, owned(TIME)), "{{work}}"),),
        ),
        TimeSeries(
            key="excess",
            title="Excess over the target",
            description="p99 over the target, times requests a second: what users lose, by endpoint. Begin with the "
            "widest.",
            width=12,
            unit="s",
            stacked=True,
            queries=(Query(top(10, owned(EXCESS)), "{{work}}"),),
        ),
    ),
    title="Where is the time?",
)

WHY = Row(
    (
        TimeSeries(
            key="clocks",
            title="Where the time goes",
            description="Requests in progress by what they do. wait alone grows: what they wait for is slow. delay: "
            "others hold the loop. cpu or held: their own code.",
            width=12,
            stacked=True,
            colours=CLOCKS,
            queries=(Query(total(OWN_CLOCKS, "state"), "{{state}}"),),
        ),
        Heatmap(
            key="spread",
            title="Durations",
            description="How many requests of each duration. Two bands: two sorts of requests, or a cache that misses.",
            width=12,
            unit="s",
            queries=(Query(total(owned(BUCKETS), "le"), "{{le}}", "heatmap"),),
        ),
    ),
)

THEN = Row(
    (
        TimeSeries(
            key="then",
            title="p99 now and before",
            description="The same hour a day and a week ago: what is usual. Without history these lines are missing.",
            width=8,
            unit="s",
            dashed=("an hour ago", "a day ago", "a week ago"),
            queries=(
                Query(quantile(0.99, BUCKETS), "now"),
                Query(quantile(0.99, ago(BUCKETS, "1h")), "an hour ago"),
                Query(quantile(0.99, ago(BUCKETS, "1d")), "a day ago"),
                Query(quantile(0.99, ago(BUCKETS, "1w")), "a week ago"),
            ),
        ),
        TimeSeries(
            key="versions",
            title="p99 by version",
            description="While two versions run: is the new one slower? Then roll back.",
            width=8,
            unit="s",
            queries=(Query(quantile(0.99, BUCKETS, "version"), "{{version}}"),),
        ),
        TimeSeries(
            key="answers",
            title="Answers by status",
            description="4xx are no failures of ours, but a burst of 401 or 429 is a story too. Of the chosen service.",
            width=8,
            unit="reqps",
            stacked=True,
            queries=(
                Query(
                    total(rate(HTTP_SERVER_REQUEST_DURATION, "_count"), "http_response_status_code"),
                    "{{http_response_status_code}}",
                ),
                Query(total(rate(OBS_REQUEST_DISCONNECTS)), "client left"),
            ),
        ),
    ),
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
