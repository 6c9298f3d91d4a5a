"""Promises: how much of each budget is left, how fast it burns, how long it lasts."""

from __future__ import annotations

from obs.generate.boards import links
from obs.generate.boards.board import Board, Row, Variable
from obs.generate.boards.colours import BAD, GOOD, WARN
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Query, Stat, Step, Table, TimeSeries
from obs.generate.boards.promql import Like, least, most, of, or_zero
from obs.generate.boards.variables import showing, values
from obs.generate.rules.record import Record
from obs.generate.rules.records import slo

SLO = Variable("slo", "SLO", values(of(slo.OWNER, team=Like("$team"), feature=Like("$feature")), "slo"))
THIS = {"slo": Like("$slo")}
OWNER = of(slo.OWNER, team=Like("$team"), feature=Like("$feature"), **THIS)
BY_SLO = ("slo", "service", "team", "feature", "env")
NAME = "{{service}} {{slo}}"
BURNING = (Step(1, WARN), Step(6, BAD))
LEFT = (Step(-1e9, BAD), Step(0.1, WARN), Step(0.25, GOOD))


def chosen(record: Record) -> str:
    """``record`` of the SLOs that the chosen teams own, with team and feature."""
    return f"{of(record, **THIS)} * on (env, service, slo) group_left (feature, team) {OWNER}"


FIGURES = Row(
    (
        Stat(
            key="left",
            title="Least budget left",
            description="Of the SLO that is worst off, over 30 days: 100% is all, below 0 is overspent: stop risky "
            "deploys until it recovers.",
            width=6,
            unit="percentunit",
            none="no SLO",
            queries=(Query(least(chosen(slo.LEFT))),),
            steps=LEFT,
        ),
        Stat(
            key="burn",
            title="Fastest burn, 1 h",
            description="How many times too fast a budget is spent. 1: it lasts 30 days. 14.4: it pages, a fiftieth "
            "is gone in an hour.",
            width=6,
            unit="none",
            decimals=1,
            none="no traffic",
            queries=(Query(most(chosen(slo.BURNS["1h"]))),),
            steps=(Step(1, WARN), Step(14.4, BAD)),
        ),
        Stat(
            key="exhausted",
            title="Next one is spent in",
            description="If it goes on as in the last hour. Nothing burns: no budget ends within the 30 days.",
            width=6,
            unit="s",
            none="none burns",
            queries=(Query(least(chosen(slo.EXHAUSTION))),),
            steps=(Step(-1e9, BAD), Step(86_400, WARN), Step(864_000, GOOD)),
        ),
        Stat(
            key="burning",
            title="SLOs that burn",
            description="How many spend their budget faster than it lasts, over six hours.",
            width=6,
            unit="none",
            queries=(Query(or_zero(f"count({chosen(slo.BURNS['6h'])} > 1)")),),
            steps=(Step(1, WARN),),
        ),
    ),
    height=4,
)

PROMISES = Row(
    (
        Table(
            key="promises",
            title="Promises",
            description="Each SLO, the least budget first. Bad: part of the works that broke it. Burns of the last "
            "hour against those of six and of three days tell a new fault from an old one.",
            width=24,
            by=BY_SLO,
            hidden=("env",),
            widths={"slo": 180},
            links=(links.TO_SERVICE,),
            columns=(
                Column("Budget left", chosen(slo.LEFT), "percentunit", LEFT, decimals=1),
                Column("Spent in", chosen(slo.EXHAUSTION), "s"),
                Column("Objective", chosen(slo.OBJECTIVE), "percentunit", decimals=2),
                Column("Bad, 1 h", chosen(slo.RATIOS["1h"]), "percentunit", decimals=3),
                Column("Burn, 5 m", chosen(slo.BURNS["5m"]), "none", BURNING, decimals=1),
                Column("Burn, 1 h", chosen(slo.BURNS["1h"]), "none", BURNING, decimals=1),
                Column("Burn, 6 h", chosen(slo.BURNS["6h"]), "none", BURNING, decimals=1),
                Column("Burn, 3 d", chosen(slo.BURNS["3d"]), "none", BURNING, decimals=1),
                Column("Works", chosen(slo.SLI), "cps"),
            ),
            sort="Budget left",
            rising=True,
        ),
    ),
)

COURSE = Row(
    (
        TimeSeries(
            key="budgets",
            title="Budget left",
            description="Of 30 days. A cliff is an incident; a slope is a fault that nobody was paged for.",
            width=12,
            unit="percentunit",
            least=None,
            queries=(Query(chosen(slo.LEFT), NAME),),
        ),
        TimeSeries(
            key="burns",
            title="Burn rate, 1 h",
            description="Above 1 the budget does not last; at 14.4, together with the last five minutes, it pages.",
            width=12,
            unit="none",
            steps=(Step(1, WARN), Step(14.4, BAD)),
            queries=(Query(chosen(slo.BURNS["1h"]), NAME),),
        ),
    ),
    title="Since when?",
)

COUNTS = Row(
    (
        TimeSeries(
            key="bad",
            title="Bad works",
            description="Those that failed or, if the SLO has a latency, were too late. Whose they are: API, or Jobs.",
            width=12,
            unit="cps",
            queries=(Query(chosen(slo.ERRORS), NAME),),
        ),
        TimeSeries(
            key="works",
            title="Works that count",
            description="Few works make a burn rate jump: alerts ask for enough of them.",
            width=12,
            unit="cps",
            queries=(Query(chosen(slo.SLI), NAME),),
        ),
    ),
    title="How many?",
)

SLOS = Board(
    name="slo",
    title="obs / SLO",
    description="What was promised, how much of each budget is left, how fast it burns and how long it lasts.",
    rows=(FIGURES, PROMISES, COURSE, COUNTS),
    variables=(*showing("env", "service", "team", "feature"), SLO),
    annotations=(DEPLOYS,),
    since="now-24h",
)
