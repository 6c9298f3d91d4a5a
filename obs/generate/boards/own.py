"""obs itself: what it costs, and whether what it says is whole."""

from __future__ import annotations

from obs.generate.boards.board import Board, Row
from obs.generate.boards.builtin import SCRAPE_SAMPLES, SCRAPE_SECONDS, UP
from obs.generate.boards.colours import BAD, CLOCKS, WARN
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Query, Stat, Step, TimeSeries
from obs.generate.boards.promql import increase, most, of, or_zero, quantile, rate, share, total
from obs.generate.boards.variables import showing
from obs.metrics.catalog import (
    OBS_DELAY_ESTIMATED,
    OBS_JOB_BROKER_UP,
    OBS_PROCESSES,
    OBS_SELF_CPU,
    OBS_SELF_DROPPED_BLOCKS,
    OBS_SELF_DROPPED_PROFILES,
    OBS_SELF_DROPPED_SPANS,
    OBS_SELF_ERRORS,
    OBS_SELF_HOLD,
    OBS_SELF_OVERFLOWED,
    OBS_SELF_TORN,
    OBS_SELF_TRACER_LOST,
    OBS_WORK_SECONDS,
    PROCESS_CPU,
)

ANY = (Step(1e-9, WARN), Step(1, BAD))
HOLD = rate(OBS_SELF_HOLD, "_bucket")
OF_SERVICES = share(total(rate(OBS_SELF_CPU), "service"), total(rate(PROCESS_CPU), "service"))


FIGURES = Row(
    (
        Stat(
            key="cpu",
            title="CPU of obs",
            description="Its own CPU over that of the services. Above a twentieth: see docs/overhead.md, and report "
            "it.",
            width=4,
            unit="percentunit",
            queries=(Query(share(total(rate(OBS_SELF_CPU)), total(rate(PROCESS_CPU)))),),
            steps=(Step(0.05, WARN), Step(0.1, BAD)),
        ),
        Stat(
            key="hold",
            title="Holds a loop, p99",
            description="How long obs itself holds a loop at a time. Its budget is 1 ms: report it if it is above.",
            width=4,
            unit="s",
            none="no loops",
            queries=(Query(quantile(0.99, HOLD)),),
            steps=(Step(0.001, WARN), Step(0.0025, BAD)),
        ),
        Stat(
            key="dropped",
            title="Spans dropped",
            description="A second. The collector, or the way to it, is slow or down; the services don't wait for it.",
            width=4,
            unit="cps",
            queries=(Query(or_zero(total(rate(OBS_SELF_DROPPED_SPANS)))),),
            steps=ANY,
        ),
        Stat(
            key="overflowed",
            title="Series beyond a cap",
            description="Look-ups a second of label sets beyond a metric's cap, counted in __overflow__. Find the "
            "label with too many values.",
            width=4,
            unit="cps",
            queries=(Query(or_zero(total(rate(OBS_SELF_OVERFLOWED)))),),
            steps=ANY,
        ),
        Stat(
            key="errors",
            title="Faults contained",
            description="Faults of obs in the last hour; no service was affected. The log has the first of each: "
            "report it.",
            width=4,
            unit="none",
            decimals=0,
            queries=(Query(or_zero(total(increase(OBS_SELF_ERRORS, window="1h")))),),
            steps=ANY,
        ),
        Stat(
            key="down",
            title="Targets down",
            description="Instances that Prometheus can't scrape.",
            width=4,
            unit="none",
            queries=(Query(or_zero(f"count({UP} == 0)")),),
            steps=(Step(1, BAD),),
        ),
    ),
    height=4,
)

COSTS = Row(
    (
        TimeSeries(
            key="cpu-by-service",
            title="CPU of obs, by service",
            description="Over the service's own. It rises with switches of greenlets, spans and scrapes.",
            width=8,
            unit="percentunit",
            queries=(Query(OF_SERVICES, "{{service}}"),),
        ),
        TimeSeries(
            key="holds",
            title="How long obs holds a loop",
            description="What it does once a second on the loop's thread, and beside it with the GIL. Below 1 ms.",
            width=8,
            unit="s",
            colours={"p99": "red", "p50": "green"},
            queries=(Query(quantile(0.99, HOLD), "p99"), Query(quantile(0.5, HOLD), "p50")),
        ),
        TimeSeries(
            key="scrapes",
            title="Scrapes",
            description="Seconds of the slowest scrape, and samples of all. Scrapes never run on a service's loop.",
            width=8,
            unit="s",
            units={"samples": "short"},
            colours={"slowest": CLOCKS["cpu"], "samples": "blue"},
            queries=(Query(most(SCRAPE_SECONDS), "slowest"), Query(total(SCRAPE_SAMPLES), "samples")),
        ),
    ),
    title="What does it cost?",
)

WHOLE = Row(
    (
        TimeSeries(
            key="losses",
            title="What was lost",
            description="A second. Spans: the collector. Blocks: no room in shared memory. Profiles: the server or "
            "disk. Records: a process died in the middle of one.",
            width=12,
            unit="cps",
            queries=(
                Query(or_zero(total(rate(OBS_SELF_DROPPED_SPANS))), "spans"),
                Query(or_zero(total(rate(OBS_SELF_DROPPED_BLOCKS))), "blocks"),
                Query(or_zero(total(rate(OBS_SELF_DROPPED_PROFILES))), "profiles"),
                Query(or_zero(total(rate(OBS_SELF_TORN))), "records"),
                Query(or_zero(total(rate(OBS_SELF_OVERFLOWED))), "series"),
            ),
        ),
        TimeSeries(
            key="estimated",
            title="Delay that is a guess",
            description="Part of the delay whose beginning was estimated. Above a tenth: a loop was made before obs "
            "was turned on (obs doctor), or what it waits for says nothing of when it came.",
            width=12,
            unit="percentunit",
            queries=(
                Query(
                    share(
                        total(rate(OBS_DELAY_ESTIMATED), "service"),
                        total(rate(OBS_WORK_SECONDS, state="delay"), "service"),
                    ),
                    "{{service}}",
                ),
            ),
        ),
    ),
    title="Is what it says whole?",
)

THERE = Row(
    (
        TimeSeries(
            key="faults",
            title="Faults and lost tracers",
            description="Faults of obs by part of it, and how often somebody else took its tracer of switches away.",
            width=8,
            unit="cps",
            queries=(
                Query(or_zero(total(rate(OBS_SELF_ERRORS))), "faults"),
                Query(or_zero(total(rate(OBS_SELF_TRACER_LOST))), "tracer lost"),
            ),
        ),
        TimeSeries(
            key="processes",
            title="Processes that are watched",
            description="Live processes by version; during a rollout both.",
            width=8,
            unit="short",
            stacked=True,
            queries=(Query(total(of(OBS_PROCESSES), "service", "version"), "{{service}} {{version}}"),),
        ),
        TimeSeries(
            key="there",
            title="Targets and brokers that answer",
            description="Part of the targets that Prometheus can scrape, and of the queues that can be read.",
            width=8,
            unit="percentunit",
            most=1,
            table=False,
            queries=(
                Query(f"avg({UP})", "targets"),
                Query(f"avg({of(OBS_JOB_BROKER_UP)})", "queues"),
            ),
        ),
    ),
)

OWN = Board(
    name="self",
    title="obs / obs itself",
    description="What obs costs, and whether what it says is whole.",
    rows=(FIGURES, COSTS, WHOLE, THERE),
    variables=showing("env", "service", "version", "instance"),
    annotations=(DEPLOYS,),
)
