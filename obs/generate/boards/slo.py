"""Promises: how much of each budget is left, how fast it burns, how long it lasts."""

from __future__ import annotations

from obs.generate.boards import levels, links
from obs.generate.boards.board import Board, Variable
from obs.generate.boards.deploys import DEPLOYS
from obs.generate.boards.panel import Column, Table
from obs.generate.boards.promql import Like, least, most, of, or_zero
from obs.generate.boards.shapes import figure, figures, lines, row
from obs.generate.boards.variables import showing, values
from obs.generate.rules.record import Record
from obs.generate.rules.records import slo

SLO = Variable("slo", "SLO", values(of(slo.OWNER, team=Like("$team"), feature=Like("$feature")), "slo"))
THIS = {"slo": Like("$slo")}
OWNER = of(slo.OWNER, team=Like("$team"), feature=Like("$feature"), **THIS)
BY_SLO = ("slo", "service", "team", "feature", "env")
NAME = "{{service}} {{slo}}"


def chosen(record: Record) -> str:
    """``record`` of the SLOs that the chosen teams own, with team and feature."""
    return f"{of(record, **THIS)} * on (env, service, slo) group_left (feature, team) {OWNER}"


FIGURES = figures(
    figure("left", "Least budget left", "percentunit", least(chosen(slo.LEFT)), levels.LEFT, none="no SLO").about(
        "Of the SLO that is worst off, over 30 days: 100% is all, below 0 is overspent: stop risky deploys until "
        "it recovers."
    ),
    figure(
        "burn",
        "Fastest burn, 1 h",
        "none",
        most(chosen(slo.BURNS["1h"])),
        levels.above(1, 14.4),
        none="no traffic",
        decimals=1,
    ).about(
        "How many times too fast a budget is spent. 1: it lasts 30 days. 14.4: it pages, a fiftieth is gone in an hour."
    ),
    figure(
        "exhausted",
        "Next one is spent in",
        "s",
        least(chosen(slo.EXHAUSTION)),
        levels.below(864_000, 86_400),
        none="none burns",
    ).about("If it goes on as in the last hour. Nothing burns: no budget ends within the 30 days."),
    figure(
        "burning", "SLOs that burn", "none", or_zero(f"count({chosen(slo.BURNS['6h'])} > 1)"), levels.ONE_IS_MUCH
    ).about("How many spend their budget faster than it lasts, over six hours."),
)

PROMISES = row(
    Table(
        key="promises",
        title="Promises",
        by=BY_SLO,
        hidden=("env", "feature"),
        links=(links.TO_SERVICE,),
        columns=(
            Column("Budget left", chosen(slo.LEFT), "percentunit", levels.LEFT, decimals=1),
            Column("Spent in", chosen(slo.EXHAUSTION), "s"),
            Column("Objective", chosen(slo.OBJECTIVE), "percentunit", decimals=2),
            Column("Bad, 1 h", chosen(slo.RATIOS["1h"]), "percentunit", decimals=3),
            Column("Burn, 5 m", chosen(slo.BURNS["5m"]), "none", levels.BURNING, decimals=1),
            Column("Burn, 1 h", chosen(slo.BURNS["1h"]), "none", levels.BURNING, decimals=1),
            Column("Burn, 6 h", chosen(slo.BURNS["6h"]), "none", levels.BURNING, decimals=1),
            Column("Burn, 3 d", chosen(slo.BURNS["3d"]), "none", levels.BURNING, decimals=1),
            Column("Works", chosen(slo.SLI), "cps"),
        ),
        sort="Budget left",
        rising=True,
    ).about(
        "Each SLO, the least budget first. Bad: part of the works that broke it. Burns of the last hour against "
        "those of six and of three days tell a new fault from an old one."
    )
)

COURSE = row(
    lines("budgets", "Budget left", "percentunit", {NAME: chosen(slo.LEFT)}, least=None).about(
        "Of 30 days. A cliff is an incident; a slope is a fault that nobody was paged for."
    ),
    lines("burns", "Burn rate, 1 h", "none", {NAME: chosen(slo.BURNS["1h"])}, steps=levels.above(1, 14.4)).about(
        "Above 1 the budget does not last; at 14.4, together with the last five minutes, it pages."
    ),
    title="Since when?",
)

COUNTS = row(
    lines("bad", "Bad works", "cps", {NAME: chosen(slo.ERRORS)}).about(
        "Those that failed or, if the SLO has a latency, were too late. Whose they are: API, or Jobs."
    ),
    lines("works", "Works that count", "cps", {NAME: chosen(slo.SLI)}).about(
        "Few works make a burn rate jump: alerts ask for enough of them."
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
