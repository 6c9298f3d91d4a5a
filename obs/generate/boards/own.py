"""obs itself: what it costs, and whether what it says is whole."""

from __future__ import annotations

from obs.generate.boards import levels
from obs.generate.boards.board import Board
from obs.generate.boards.builtin import SCRAPE_SAMPLES, SCRAPE_SECONDS, UP
from obs.generate.boards.colours import CLOCKS
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.promql import increase, most, of, or_zero, quantile, rate, share, total
from obs.generate.boards.shapes import areas, figure, figures, lines, row
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

HOLD = rate(OBS_SELF_HOLD, "_bucket")
OF_SERVICES = share(total(rate(OBS_SELF_CPU), "service"), total(rate(PROCESS_CPU), "service"))


FIGURES = figures(
    figure(
        "cpu", "CPU of obs", "percentunit", share(total(rate(OBS_SELF_CPU)), total(rate(PROCESS_CPU))), levels.OWN_CPU
    ).about("Its own CPU over that of the services. Above a twentieth: see docs/overhead.md, and report it."),
    figure("hold", "Holds a loop, p99", "s", quantile(0.99, HOLD), levels.above(0.001, 0.0025), none="no loops").about(
        "How long obs itself holds a loop at a time. Its budget is 1 ms: report it if it is above."
    ),
    figure("dropped", "Spans dropped", "cps", or_zero(total(rate(OBS_SELF_DROPPED_SPANS))), levels.ANY).about(
        "A second. The collector, or the way to it, is slow or down; the services don't wait for it."
    ),
    figure("overflowed", "Series beyond a cap", "cps", or_zero(total(rate(OBS_SELF_OVERFLOWED))), levels.ANY).about(
        "Look-ups a second of label sets beyond a metric's cap, counted in __overflow__. Find the label with too "
        "many values."
    ),
    figure(
        "errors",
        "Faults contained",
        "none",
        or_zero(total(increase(OBS_SELF_ERRORS, window="1h"))),
        levels.ANY,
        decimals=0,
    ).about("Faults of obs in the last hour; no service was affected. The log has the first of each: report it."),
    figure("down", "Targets down", "none", or_zero(f"count({UP} == 0)"), levels.ONE_IS_BAD).about(
        "Instances that Prometheus can't scrape."
    ),
)

COSTS = row(
    lines("cpu-by-service", "CPU of obs, by service", "percentunit", {"{{service}}": OF_SERVICES}).about(
        "Over the service's own. It rises with switches of greenlets, spans and scrapes."
    ),
    lines(
        "holds",
        "How long obs holds a loop",
        "s",
        {"p99": quantile(0.99, HOLD), "p50": quantile(0.5, HOLD)},
        colours={"p99": "red", "p50": "green"},
    ).about("What it does once a second on the loop's thread, and beside it with the GIL. Below 1 ms."),
    lines(
        "scrapes",
        "Scrapes",
        "s",
        {"slowest": most(SCRAPE_SECONDS), "samples": total(SCRAPE_SAMPLES)},
        units={"samples": "short"},
        colours={"slowest": CLOCKS["cpu"], "samples": "blue"},
    ).about("Seconds of the slowest scrape, and samples of all. Scrapes never run on a service's loop."),
    title="What does it cost?",
)

WHOLE = row(
    lines(
        "losses",
        "What was lost",
        "cps",
        {
            "spans": or_zero(total(rate(OBS_SELF_DROPPED_SPANS))),
            "blocks": or_zero(total(rate(OBS_SELF_DROPPED_BLOCKS))),
            "profiles": or_zero(total(rate(OBS_SELF_DROPPED_PROFILES))),
            "records": or_zero(total(rate(OBS_SELF_TORN))),
            "series": or_zero(total(rate(OBS_SELF_OVERFLOWED))),
        },
    ).about(
        "A second. Spans: the collector. Blocks: no room in shared memory. Profiles: the server or disk. Records: "
        "a process died in the middle of one."
    ),
    lines(
        "estimated",
        "Delay that is a guess",
        "percentunit",
        {
            "{{service}}": share(
                total(rate(OBS_DELAY_ESTIMATED), "service"),
                total(rate(OBS_WORK_SECONDS, state="delay"), "service"),
            )
        },
    ).about(
        "Part of the delay whose beginning was estimated. Above a tenth: a loop was made before obs was turned on "
        "(obs doctor), or what it waits for says nothing of when it came."
    ),
    title="Is what it says whole?",
)

THERE = row(
    lines(
        "faults",
        "Faults and lost tracers",
        "cps",
        {"faults": or_zero(total(rate(OBS_SELF_ERRORS))), "tracer lost": or_zero(total(rate(OBS_SELF_TRACER_LOST)))},
    ).about("Faults of obs by part of it, and how often somebody else took its tracer of switches away."),
    areas(
        "processes",
        "Processes that are watched",
        "short",
        {"{{service}} {{version}}": total(of(OBS_PROCESSES), "service", "version")},
    ).about("Live processes by version; during a rollout both."),
    lines(
        "there",
        "Targets and brokers that answer",
        "percentunit",
        {"targets": f"avg({UP})", "queues": f"avg({of(OBS_JOB_BROKER_UP)})"},
        most=1,
        table=False,
    ).about("Part of the targets that Prometheus can scrape, and of the queues that can be read."),
)

OWN = Board(
    name="self",
    title="obs / obs itself",
    description="What obs costs, and whether what it says is whole.",
    rows=(FIGURES, COSTS, WHOLE, THERE),
    variables=showing("env", "service", "version", "instance"),
    annotations=(DEPLOYS,),
)
