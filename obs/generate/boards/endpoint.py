"""One work: where its time goes, what it waits for, who makes it wait, whom it makes wait."""

from __future__ import annotations

from collections.abc import Callable

from obs.generate.boards.board import Board, Row, Variable
from obs.generate.boards.colours import BAD, CLOCKS, WARN
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Heatmap, Query, Stat, Step, Table, Text, TimeSeries
from obs.generate.boards.promql import Like, increase, of, or_zero, rate, share, total
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


LOST = f'label_replace({total(rate(OBS_JOBS_LOST, **JOB))}, "outcome", "lost", "", "")'


def at(q: float) -> str:
    return f"histogram_quantile({q:g}, {ended('_bucket', 'le')}) >= 0"


def clocks(*by: str, **more: str) -> str:
    return total(rate(OBS_WORK_SECONDS, **THIS, **more), *by)


FIGURES = Row(
    (
        Stat(
            key="failed",
            title="Failed",
            description="Part of it that failed: 5xx or an exception; of jobs failed, timed out or killed.",
            width=4,
            unit="percentunit",
            queries=(Query(f"{FAILED} / ({ended('_count')} > 0)"),),
            steps=(Step(0.001, WARN), Step(0.01, BAD)),
        ),
        Stat(
            key="p99",
            title="p99",
            description="99 of 100 are faster.",
            width=4,
            unit="s",
            queries=(Query(at(0.99)),),
            steps=(Step(0.5, WARN), Step(2.5, BAD)),
        ),
        Stat(
            key="delay",
            title="In line behind others",
            description="Part of its time in which it was ready and others held the loop. High: not its own fault, "
            "see the culprits.",
            width=4,
            unit="percentunit",
            queries=(Query(share(clocks(state="delay"), clocks())),),
            steps=(Step(0.1, WARN), Step(0.3, BAD)),
        ),
        Stat(
            key="hogs",
            title="Holds the loop",
            description="Part of its time in which it ran or held the loop, so that nothing else could. High: it is "
            "the culprit of others.",
            width=4,
            unit="percentunit",
            queries=(Query(share(clocks(state=Like("cpu|held")), clocks())),),
            steps=(Step(0.5, WARN), Step(0.9, BAD)),
        ),
        Stat(
            key="blocks",
            title="Blocks of the loop, a minute",
            description="How often it held a loop for over 20 ms at a time. obs blocks --work NAME has the stacks.",
            width=4,
            unit="none",
            decimals=1,
            queries=(Query(f"60 * ({or_zero(total(rate(OBS_LOOP_BLOCKS, **THIS)))})"),),
            steps=(Step(1, WARN), Step(30, BAD)),
        ),
        Stat(
            key="rate",
            title="Rate",
            description="How many end a second.",
            width=4,
            unit="cps",
            queries=(Query(ended("_count")),),
        ),
    ),
    height=4,
)

TIME = Row(
    (
        TimeSeries(
            key="clocks",
            title="Where the time of one goes",
            description="Mean seconds of each, by what it did meanwhile. cpu: make it cheaper. held: unblock it. "
            "delay: see the culprits. wait: see what for.",
            width=12,
            unit="s",
            stacked=True,
            colours=CLOCKS,
            queries=(Query(f"{clocks('state')} / on () group_left () ({ended('_count')} > 0)", "{{state}}"),),
        ),
        TimeSeries(
            key="latency",
            title="Latency, with traces",
            description="Each dot is a request whose trace was kept: click one to see it. Needs exemplar storage in "
            "Prometheus and a link to Tempo in the datasource.",
            width=12,
            unit="s",
            colours={"p50": "green", "p90": "yellow", "p99": "red"},
            queries=(
                Query(at(0.99), "p99", "exemplars"),
                Query(at(0.9), "p90"),
                Query(at(0.5), "p50"),
            ),
        ),
    ),
    height=9,
)

WAITS = Row(
    (
        TimeSeries(
            key="waits",
            title="What it waits for",
            description="Mean seconds of each by what it waited for: sampled in proportion to time. A pool: it is "
            "too small. A lock: who holds it? obs profile record --view wait has the lines.",
            width=12,
            unit="s",
            stacked=True,
            queries=(
                Query(
                    f"{total(rate(OBS_WAIT_SECONDS, **THIS), 'on')} / on () group_left () ({ended('_count')} > 0)",
                    "{{on}}",
                ),
            ),
        ),
        TimeSeries(
            key="culprits",
            title="Behind whom it stands in line",
            description="Seconds a second that it was ready and these held the loop. The same name as its own: "
            "requests of it stand behind each other.",
            width=12,
            unit="s",
            stacked=True,
            queries=(Query(total(rate(OBS_INTERFERENCE, victim="$work"), "culprit"), "{{culprit}}"),),
        ),
    ),
    title="Who makes it wait, whom does it make wait?",
)

HARM = Row(
    (
        TimeSeries(
            key="victims",
            title="Who stands in line behind it",
            description="Seconds a second that others were ready and this one held the loop. Much here: mending this "
            "one makes those faster.",
            width=12,
            unit="s",
            stacked=True,
            queries=(Query(total(rate(OBS_INTERFERENCE, culprit="$work"), "victim"), "{{victim}}"),),
        ),
        TimeSeries(
            key="blocked",
            title="Time that it blocked a loop",
            description="Part of a loop's time in pieces of over 20 ms, during which everything of that process "
            "stood still.",
            width=12,
            unit="percentunit",
            table=False,
            colours={"blocked": CLOCKS["held"]},
            queries=(Query(or_zero(total(rate(OBS_LOOP_BLOCKED, **THIS))), "blocked"),),
        ),
    ),
)

HOW = Row(
    (
        Heatmap(
            key="spread",
            title="Durations",
            description="How many of each duration. Two bands: two sorts of it, or a cache that misses.",
            width=8,
            unit="s",
            queries=(Query(ended("_bucket", "le"), "{{le}}", "heatmap"),),
        ),
        TimeSeries(
            key="answers",
            title="Answers",
            description="By status, or by outcome of a job; lost is a delivery whose worker vanished.",
            width=8,
            unit="cps",
            stacked=True,
            queries=(
                Query(
                    f"{total(rate(HTTP_SERVER_REQUEST_DURATION, '_count', **REQUEST), 'http_response_status_code')}"
                    f" or {total(rate(MESSAGING_PROCESS_DURATION, '_count', **JOB), 'outcome')} or {LOST}",
                    "{{http_response_status_code}}{{outcome}}",
                ),
            ),
        ),
        TimeSeries(
            key="versions",
            title="CPU of one, by version",
            description="Milliseconds of CPU that one costs. A step at a deploy: the new version does more.",
            width=8,
            unit="s",
            queries=(Query(f"{clocks('version', state='cpu')} / ({ended('_count', 'version')} > 0)", "{{version}}"),),
        ),
    ),
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

NEXT = Row(
    (
        Text(
            key="commands",
            title="Look inside",
            description="Commands that show the lines of code; nothing is on while nobody asks.",
            width=12,
            content=COMMANDS,
        ),
        Table(
            key="instances",
            title="By instance",
            description="Over all of the time that is shown. One that is much slower than the others: take it out, and "
            "look at it.",
            width=12,
            by=("instance", "version"),
            widths={"instance": 220, "version": 110},
            columns=(
                Column("Ended", by_instance("_count"), "short", decimals=0),
                Column("Mean", share(by_instance("_sum"), by_instance("_count")), "s"),
                Column("CPU", total(increase(OBS_WORK_SECONDS, **THIS, state="cpu"), "instance", "version"), "s"),
            ),
            sort="Mean",
        ),
    ),
    height=9,
    title="Look inside",
)

ENDPOINT = Board(
    name="endpoint",
    title="obs / Endpoint",
    description="One request or job: why is it slow, who is to blame, and what does it do to others.",
    rows=(FIGURES, TIME, WAITS, HARM, HOW, NEXT),
    variables=(*showing("env", "service", "version", "instance"), WORK, METHOD, ROUTE),
    annotations=(DEPLOYS,),
)
