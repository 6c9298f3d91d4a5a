"""Whose work uses the CPU, and what a deploy did to that."""

from __future__ import annotations

from obs.generate.boards import links
from obs.generate.boards.board import Board, Row
from obs.generate.boards.colours import BAD, WARN
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Bars, Column, Query, Stat, Step, Table, TimeSeries
from obs.generate.boards.promql import Like, against, ago, of, or_zero, owned, rate, share, top, total
from obs.generate.boards.variables import showing
from obs.generate.rules.records import jobs, requests, versions, work
from obs.metrics.catalog import OBS_SELF_CPU, PROCESS_CPU

OF_TEAM = {"team": Like("$team")}


def named(expr: str, *labels: str) -> str:
    """``expr`` with a name for what nobody owns."""
    for label in labels:
        expr = f'label_replace({expr}, "{label}", "(nobody)", "{label}", "")'
    return expr


TEAMS = named(of(work.TEAM_CPU, **OF_TEAM), "team")
FEATURES = named(of(work.FEATURE_CPU, **OF_TEAM, feature=Like("$feature")), "team", "feature")
CPU = of(work.WORK_CPU)
ENDED = f"({of(requests.WORK_REQUESTS)} or {of(jobs.WORK_DELIVERIES)})"
OF_VERSION = f"({of(requests.VERSION_REQUESTS)} or {of(jobs.VERSION_DELIVERIES)})"
VERSION_CPU = total(of(work.VERSION_CLOCKS, state="cpu"), "env", "service", "version", "work")
EACH = f"{CPU} / ({ENDED} > 0)"
BY_WORK = ("work", "service", "team", "feature", "env")
DEARER = (Step(0.1, WARN), Step(0.5, BAD))


def each_on(which: str, back: str) -> str:
    """CPU seconds of one within ``back``, on the version that ``which`` is. A ratio of sums: single rates of a version
    that has just begun or ended are of other moments than the rates of its requests."""

    def summed(series: str) -> str:
        return f"sum by (env, service, version, work) (sum_over_time({series}[{back}]))"

    spent = summed(of(work.VERSION_CLOCKS, state="cpu"))
    ended = f"({summed(of(requests.VERSION_REQUESTS))} or {summed(of(jobs.VERSION_DELIVERIES))})"
    return f"sum by (env, service, work) ({spent} / ({ended} > 0) and on (env, service, version) {which})"


NOW = each_on(of(versions.CURRENT), "30m")
BEFORE = each_on(of(versions.PREVIOUS), "2h")

FIGURES = Row(
    (
        Stat(
            key="cores",
            title="Cores in use",
            description="CPU of all works of the chosen environment and teams.",
            width=6,
            unit="short",
            decimals=2,
            queries=(Query(total(TEAMS)),),
        ),
        Stat(
            key="unowned",
            title="Nobody's",
            description="Part of it that no team owns: what has no owner in obs.toml, and the loops' own work. obs "
            "lint lists the routes.",
            width=6,
            unit="percentunit",
            queries=(
                Query(
                    share(f"({or_zero(total(of(work.TEAM_CPU, team='')))})", total(of(work.TEAM_CPU))),
                ),
            ),
            steps=(Step(0.2, WARN), Step(0.5, BAD)),
        ),
        Stat(
            key="week",
            title="Against a week ago",
            description="By how much it grew; against an hour ago while there is no week yet.",
            width=6,
            unit="percentunit",
            decimals=0,
            none="no history",
            queries=(
                Query(
                    f"{against(total(TEAMS), total(ago(TEAMS, '1w')))} or "
                    f"{against(total(TEAMS), total(ago(TEAMS, '1h')))}"
                ),
            ),
            steps=DEARER,
        ),
        Stat(
            key="own",
            title="obs itself",
            description="CPU of obs over that of the services: what all this costs.",
            width=6,
            unit="percentunit",
            queries=(Query(share(total(rate(OBS_SELF_CPU)), total(rate(PROCESS_CPU)))),),
            steps=(Step(0.05, WARN), Step(0.1, BAD)),
        ),
    ),
    height=4,
)

TEAMS_AND_FEATURES = Row(
    (
        TimeSeries(
            key="teams",
            title="Cores by team",
            description="Whose work uses the CPU. Without a name: nobody owns it.",
            width=12,
            unit="short",
            stacked=True,
            queries=(Query(top(15, total(TEAMS, "team")), "{{team}}"),),
        ),
        TimeSeries(
            key="features",
            title="Cores by feature",
            description="The 15 that use most now. A step at a blue mark: a deploy made it.",
            width=12,
            unit="short",
            stacked=True,
            queries=(Query(top(15, total(FEATURES, "team", "feature")), "{{feature}}, {{team}}"),),
        ),
    ),
    height=9,
    title="Whose is it?",
)

WORKS = Row(
    (
        Table(
            key="works",
            title="Works",
            description="What uses most. CPU each is what one costs; 1 h, 1 d, 1 w: by how much that grew since; "
            "version: against the version before. Click one to see on which lines: obs profile record "
            "--view cpu.",
            width=16,
            by=BY_WORK,
            hidden=("env",),
            widths={"work": 280, "service": 110, "team": 110, "feature": 110},
            links=(links.TO_WORK,),
            columns=(
                Column("Cores", owned(CPU), "short", decimals=3),
                Column("CPU each", owned(EACH), "s"),
                Column("1 h", owned(against(f"({EACH})", f"({ago(EACH, '1h')})")), "percentunit", DEARER, decimals=0),
                Column("1 d", owned(against(f"({EACH})", f"({ago(EACH, '1d')})")), "percentunit", DEARER, decimals=0),
                Column("1 w", owned(against(f"({EACH})", f"({ago(EACH, '1w')})")), "percentunit", DEARER, decimals=0),
            ),
            sort="Cores",
        ),
        Bars(
            key="shares",
            title="Shares of the CPU",
            description="The ten works with most of it. What is below a tenth is not worth mending for its CPU.",
            width=8,
            unit="percentunit",
            queries=(
                Query(
                    f"sort_desc(topk(10, {total(owned(CPU), 'work')} / on () group_left () {total(CPU)}))",
                    "{{work}}",
                    "instant",
                ),
            ),
        ),
    ),
    height=12,
    title="Which work?",
)

DEPLOYED = Row(
    (
        Table(
            key="deploys",
            title="What the last deploy changed",
            description="CPU of one on the version that runs now, over half an hour, against the one before it. A work "
            "that became dearer by half: look at it before it is everywhere.",
            width=16,
            by=("work", "service", "team", "feature", "env"),
            hidden=("env", "feature"),
            widths={"work": 280, "service": 110, "team": 110, "feature": 110},
            links=(links.TO_WORK,),
            columns=(
                Column("Now", owned(NOW), "s"),
                Column("Before", owned(BEFORE), "s"),
                Column("Change", owned(against(NOW, BEFORE)), "percentunit", DEARER, decimals=0),
            ),
            sort="Change",
        ),
        TimeSeries(
            key="versions",
            title="CPU of one request or job, by version",
            description="Over all works of the chosen services. Two lines while two versions run.",
            width=8,
            unit="s",
            queries=(
                Query(
                    share(total(VERSION_CPU, "service", "version"), total(OF_VERSION, "service", "version")),
                    "{{service}} {{version}}",
                ),
            ),
        ),
    ),
    title="What did the last deploy change?",
)

COST = Board(
    name="cost",
    title="obs / Cost",
    description="Whose work uses the CPU, which of it, and what a deploy did to that.",
    rows=(FIGURES, TEAMS_AND_FEATURES, WORKS, DEPLOYED),
    variables=showing("env", "service", "team", "feature"),
    annotations=(DEPLOYS,),
    since="now-6h",
)
