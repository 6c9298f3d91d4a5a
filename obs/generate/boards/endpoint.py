"""One work: where its time goes, what it waits for, who makes it wait, whom it makes wait."""

from __future__ import annotations

from collections.abc import Callable

from obs.generate.boards import levels
from obs.generate.boards.board import Board, Variable
from obs.generate.boards.colours import CLOCKS
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Heatmap, Query, Table, Text, TimeSeries
from obs.generate.boards.promql import Like, increase, of, or_zero, rate, share, total
from obs.generate.boards.shapes import areas, figure, figures, lines, row
from obs.generate.boards.variables import showing
from obs.generate.rules.records.owners import WORK_OWNER
from obs.metrics.catalog import (
    HTTP_SERVER_REQUEST_DURATION,
    MESSAGING_PROCESS_DURATION,
    OBS_INTERFERENCE,
    OBS_JOBS_LOST,
    OBS_LOOP_BLOCKED,
    OBS_LOOP_BLOCKS,
    OBS_WAIT_SECONDS,
    OBS_WORK_SECONDS,
)

NAMES = f"label_values({of(WORK_OWNER, team=Like('$team'), feature=Like('$feature'))}, work)"
WORK = Variable("work", "Work", NAMES, every="")
OF_WORK = f'label_values({WORK_OWNER.name}{{work="$work"}}, work)'
METHOD = Variable("method", "Method", OF_WORK, every="", regex="/^([A-Z_]+) /", hidden=True)
ROUTE = Variable("route", "Route", OF_WORK, every="", regex="/^[A-Z_]+ (.*)$/", hidden=True)
"""The two halves of a request's name, which the raw series have apart. A job has neither."""

THIS = {"work": "$work"}


REQUEST = {"http_request_method": "$method", "http_route": "$route"}
JOB = {"job": "$work"}


def ended(part: str, *by: str, over: Callable[..., str] = rate) -> str:
    """Rates of the work's histogram, be it a request or a job: only one of the two has such a name."""
    request, job = over(HTTP_SERVER_REQUEST_DURATION, part, **REQUEST), over(MESSAGING_PROCESS_DURATION, part, **JOB)
    return f"({total(request, *by)} or {total(job, *by)})"


def by_instance(part: str) -> str:
    """How much it grew on each instance while the board looks back: rates of a minute are of a few requests only."""
    return ended(part, "instance", "version", over=increase)


FAILED = (
    f"({total(rate(HTTP_SERVER_REQUEST_DURATION, '_count', **REQUEST, error_type=Like('.+')))}"
    f" or {total(rate(MESSAGING_PROCESS_DURATION, '_count', **JOB, outcome=Like('failed|timed_out|killed')))}"
    " or vector(0))"
)
"""5xx, escaped exceptions; failed, timed out and killed jobs."""


STATUSES = total(rate(HTTP_SERVER_REQUEST_DURATION, "_count", **REQUEST), "http_response_status_code")
OUTCOMES = total(rate(MESSAGING_PROCESS_DURATION, "_count", **JOB), "outcome")
LOST = f'label_replace({total(rate(OBS_JOBS_LOST, **JOB))}, "outcome", "lost", "", "")'


def at(q: float) -> str:
    return f"histogram_quantile({q:g}, {ended('_bucket', 'le')}) >= 0"


def clocks(*by: str, **more: str) -> str:
    return total(rate(OBS_WORK_SECONDS, **THIS, **more), *by)


def each(expr: str) -> str:
    """``expr`` of one of it, on average."""
    return f"{expr} / on () group_left () ({ended('_count')} > 0)"


FIGURES = figures(
    figure("failed", "Failed", "percentunit", share(FAILED, ended("_count")), levels.FAILED).about(
        "Part of it that failed: 5xx or an exception; of jobs failed, timed out or killed."
    ),
    figure("p99", "p99", "s", at(0.99), levels.SLOW).about("99 of 100 are faster."),
    figure(
        "delay", "In line behind others", "percentunit", share(clocks(state="delay"), clocks()), levels.IN_LINE
    ).about(
        "Part of its time in which it was ready and others held the loop. High: not its own fault, see the culprits."
    ),
    figure(
        "hogs", "Holds the loop", "percentunit", share(clocks(state=Like("cpu|held")), clocks()), levels.above(0.5, 0.9)
    ).about(
        "Part of its time in which it ran or held the loop, so that nothing else could. High: it is the culprit "
        "of others."
    ),
    figure(
        "blocks",
        "Blocks of the loop, a minute",
        "none",
        f"60 * ({or_zero(total(rate(OBS_LOOP_BLOCKS, **THIS)))})",
        levels.above(1, 30),
        decimals=1,
    ).about("How often it held a loop for over 20 ms at a time. obs blocks --work NAME has the stacks."),
    figure("rate", "Rate", "cps", ended("_count")).about("How many end a second."),
)

TIME = row(
    areas(
        "clocks",
        "Where the time of one goes",
        "s",
        {"{{state}}": each(clocks("state"))},
        colours=CLOCKS,
    ).about(
        "Mean seconds of each, by what it did meanwhile. cpu: make it cheaper. held: unblock it. delay: see the "
        "culprits. wait: see what for."
    ),
    TimeSeries(
        key="latency",
        title="Latency, with traces",
        unit="s",
        colours={"p50": "green", "p90": "yellow", "p99": "red"},
        queries=(
            Query(at(0.99), "p99", "exemplars"),
            Query(at(0.9), "p90"),
            Query(at(0.5), "p50"),
        ),
    ).about(
        "Each dot is a request whose trace was kept: click one to see it. Needs exemplar storage in Prometheus "
        "and a link to Tempo in the datasource."
    ),
    height=9,
)

WAITS = row(
    areas(
        "waits",
        "What it waits for",
        "s",
        {"{{on}}": each(total(rate(OBS_WAIT_SECONDS, **THIS), "on"))},
    ).about(
        "Mean seconds of each by what it waited for: sampled in proportion to time. A pool: it is too small. A "
        "lock: who holds it? obs profile record --view wait has the lines."
    ),
    areas(
        "culprits",
        "Behind whom it stands in line",
        "s",
        {"{{culprit}}": total(rate(OBS_INTERFERENCE, victim="$work"), "culprit")},
    ).about(
        "Seconds a second that it was ready and these held the loop. The same name as its own: requests of it "
        "stand behind each other."
    ),
    title="Who makes it wait, whom does it make wait?",
)

HARM = row(
    areas(
        "victims",
        "Who stands in line behind it",
        "s",
        {"{{victim}}": total(rate(OBS_INTERFERENCE, culprit="$work"), "victim")},
    ).about(
        "Seconds a second that others were ready and this one held the loop. Much here: mending this one makes "
        "those faster."
    ),
    lines(
        "blocked",
        "Time that it blocked a loop",
        "percentunit",
        {"blocked": or_zero(total(rate(OBS_LOOP_BLOCKED, **THIS)))},
        table=False,
        colours={"blocked": CLOCKS["held"]},
    ).about("Part of a loop's time in pieces of over 20 ms, during which everything of that process stood still."),
)

HOW = row(
    Heatmap(
        key="spread", title="Durations", unit="s", queries=(Query(ended("_bucket", "le"), "{{le}}", "heatmap"),)
    ).about("How many of each duration. Two bands: two sorts of it, or a cache that misses."),
    areas(
        "answers",
        "Answers",
        "cps",
        {
            "{{http_response_status_code}}{{outcome}}": f"{STATUSES} or {OUTCOMES} or {LOST}",
        },
    ).about("By status, or by outcome of a job; lost is a delivery whose worker vanished."),
    lines(
        "versions",
        "CPU of one, by version",
        "s",
        {"{{version}}": share(clocks("version", state="cpu"), ended("_count", "version"))},
    ).about("Milliseconds of CPU that one costs. A step at a deploy: the new version does more."),
    title="How is it, and what changed?",
)

COMMANDS = """\
On a machine or in a pod of it, while it lasts:

| to see | command |
| --- | --- |
| on which lines its time goes, by clock | `obs profile record --service $service --work '$work' -o profile.html` |
| what held the loop, with stacks | `obs blocks --service $service --work '$work' --since 10m` |
| what its greenlets do at this moment | `obs dump --service $service --work '$work'` |
| what it costs | `obs cost --service $service` |
"""

NEXT = row(
    Text(key="commands", title="Look inside", content=COMMANDS).about(
        "Commands that show the lines of code; nothing is on while nobody asks."
    ),
    Table(
        key="instances",
        title="By instance",
        by=("instance", "version"),
        columns=(
            Column("Ended", by_instance("_count"), "short", decimals=0),
            Column("Mean", share(by_instance("_sum"), by_instance("_count")), "s"),
            Column("CPU", total(increase(OBS_WORK_SECONDS, **THIS, state="cpu"), "instance", "version"), "s"),
        ),
        sort="Mean",
    ).about(
        "Over all of the time that is shown. One that is much slower than the others: take it out, and look at it."
    ),
    title="Look inside",
    height=9,
)

ENDPOINT = Board(
    name="endpoint",
    title="obs / Endpoint",
    description="One request or job: why is it slow, who is to blame, and what does it do to others.",
    rows=(FIGURES, TIME, WAITS, HARM, HOW, NEXT),
    variables=(*showing("env", "service", "version", "instance"), WORK, METHOD, ROUTE),
    annotations=(DEPLOYS,),
)
