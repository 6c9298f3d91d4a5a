"""Whose work uses the CPU, and what a deploy did to that."""

from __future__ import annotations

from obs.generate.boards import levels, links
from obs.generate.boards.board import Board
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Bars, Column, Query, Table
from obs.generate.boards.promql import Like, against, ago, of, or_zero, owned, rate, share, top, total
from obs.generate.boards.shapes import areas, changes, figure, figures, lines, row
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

FIGURES = figures(
    figure("cores", "Cores in use", "short", total(TEAMS), decimals=2).about(
        "CPU of all works of the chosen environment and teams."
    ),
    figure(
        "unowned",
        "Nobody's",
        "percentunit",
        share(f"({or_zero(total(of(work.TEAM_CPU, team='')))})", total(of(work.TEAM_CPU))),
        levels.above(0.2, 0.5),
    ).about(
        "Part of it that no team owns: what has no owner in obs.toml, and the loops' own work. obs lint lists the "
        "routes."
    ),
    figure(
        "week",
        "Against a week ago",
        "percentunit",
        f"{against(total(TEAMS), total(ago(TEAMS, '1w')))} or {against(total(TEAMS), total(ago(TEAMS, '1h')))}",
        levels.DEARER,
        none="no history",
        decimals=0,
    ).about("By how much it grew; against an hour ago while there is no week yet."),
    figure(
        "own", "obs itself", "percentunit", share(total(rate(OBS_SELF_CPU)), total(rate(PROCESS_CPU))), levels.OWN_CPU
    ).about("CPU of obs over that of the services: what all this costs."),
)

TEAMS_AND_FEATURES = row(
    areas("teams", "Cores by team", "short", {"{{team}}": top(15, total(TEAMS, "team"))}).about(
        "Whose work uses the CPU. Without a name: nobody owns it."
    ),
    areas(
        "features", "Cores by feature", "short", {"{{feature}}, {{team}}": top(15, total(FEATURES, "team", "feature"))}
    ).about("The 15 that use most now. A step at a blue mark: a deploy made it."),
    title="Whose is it?",
    height=9,
)

WORKS = row(
    Table(
        key="works",
        title="Works",
        width=17,
        by=BY_WORK,
        hidden=("env",),
        links=(links.TO_WORK,),
        columns=(
            Column("Cores", owned(CPU), "short", decimals=3),
            Column("CPU each", owned(EACH), "s"),
            *changes(f"({EACH})", levels.DEARER),
        ),
        sort="Cores",
    ).about(
        "What uses most. CPU each is what one costs; 1 h, 1 d, 1 w: by how much that grew since. Click one to see on "
        "which lines: obs profile record --view cpu."
    ),
    Bars(
        key="shares",
        title="Shares of the CPU",
        width=7,
        unit="percentunit",
        queries=(
            Query(
                f"sort_desc(topk(10, {total(owned(CPU), 'work')} / on () group_left () {total(CPU)}))",
                "{{work}}",
                "instant",
            ),
        ),
    ).about("The ten works with most of it. What is below a tenth is not worth mending for its CPU."),
    title="Which work?",
    height=12,
)

DEPLOYED = row(
    Table(
        key="deploys",
        title="What the last deploy changed",
        width=16,
        by=("work", "service", "team", "feature", "env"),
        hidden=("env", "feature"),
        links=(links.TO_WORK,),
        columns=(
            Column("Now", owned(NOW), "s"),
            Column("Before", owned(BEFORE), "s"),
            Column("Change", owned(against(NOW, BEFORE)), "percentunit", levels.DEARER, decimals=0),
        ),
        sort="Change",
    ).about(
        "CPU of one on the version that runs now, over half an hour, against the one before it. A work that "
        "became dearer by half: look at it before it is everywhere."
    ),
    lines(
        "versions",
        "CPU of one request or job, by version",
        "s",
        {
            "{{service}} {{version}}": share(
                total(VERSION_CPU, "service", "version"), total(OF_VERSION, "service", "version")
            )
        },
        width=8,
    ).about("Over all works of the chosen services. Two lines while two versions run."),
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
