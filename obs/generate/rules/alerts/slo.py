"""Is a promise broken? Multi-window, multi-burn-rate alerts, for every SLO of every service.

https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts: a long window says that it matters,
a short one, a twelfth of it, that it still goes on. burn = part of the budget x 30 days / long window.
"""

from __future__ import annotations

from obs.config.slo import DAYS, FASTEST
from obs.generate.rules.alert import Alert, Severity
from obs.generate.rules.asked import COUNT, OF_SERVICE, RATE, asked
from obs.generate.rules.group import Group
from obs.generate.rules.record import Record
from obs.generate.rules.records.jobs import WORK_FAILURES
from obs.generate.rules.records.requests import WORK_ERRORS, WORK_P99
from obs.generate.rules.records.slo import (
    BURNS,
    EVENTS,
    EXHAUSTION,
    LEFT,
    OBJECTIVE,
    OWNER,
    RATIOS,
    SLO,
    SLO_RECORDS,
)
from obs.generate.rules.records.work import CULPRITS

LEAST = 10
"""Bad ones in the long window below which it is an accident of few works, whatever their part."""

OF_SLO = "env=%q, service=%q, slo=%q"
OF_BOTH = "env=%[1]q, service=%[2]q"
"""With numbers, for a query of two series."""
KEYS = ("env", "service", "slo")


def figure(record: Record, unit: str) -> str:
    """The value of a series of the SLO."""
    return asked(f"{record}{{{OF_SLO}}}", f"{{{{ .Value | {unit} }}}}", *KEYS, otherwise="an unknown part")


FAILING = asked(
    f"topk(1, {WORK_ERRORS}{{{OF_BOTH}}} > 0 or {WORK_FAILURES}{{{OF_BOTH}}} > 0)",
    " {{ .Labels.work }} fails most in the service, {{ .Value | " + RATE + " }} times a second.",
)
SLOWEST = asked(
    f"topk(1, {WORK_P99}{{{OF_SERVICE}}})",
    " {{ .Labels.work }} is slowest, p99 {{ .Value | humanizeDuration }}.",
)
CULPRIT = asked(
    f"topk(1, {CULPRITS}{{{OF_SERVICE}}} > 0.01)",
    " {{ .Labels.culprit }} made others stand in line for {{ .Value | humanizeDuration }} of each second.",
)
REST = asked(
    f"{LEFT}{{{OF_SLO}}}",
    "{{ if gt .Value 0.0 }}{{ .Value | humanizePercentage }}{{ else }}nothing{{ end }}",
    *KEYS,
    otherwise="an unknown part",
)
UNTIL = asked(f"{EXHAUSTION}{{{OF_SLO}}} > 0", ", gone in {{ .Value | humanizeDuration }} if it goes on so", *KEYS)


def burning(key: str, severity: Severity, windows: tuple[str, str], burn: float, hold: str, summary: str) -> Alert:
    """The alert of one row of the table: ``windows`` are the long and the short one."""
    long, short = windows
    return Alert(
        key=key,
        expr=f"""
(
    {BURNS[long]} > ${{burn}}
  and
    {BURNS[short]} > ${{burn}}
  and
    {EVENTS[long]} >= ${{errors}}
)
* on ({SLO}) group_left (feature, team)
  {OWNER}
""",
        severity=severity,
        hold=hold,
        summary=summary,
        description=(
            "{{ $labels.slo }} of ${service}: "
            f"{figure(RATIOS[long], 'humanizePercentage')} of what counts was bad in the last {long} "
            f"({figure(EVENTS[long], COUNT)}), {{{{ $value | humanize }}}} times what a promise of "
            f"{figure(OBJECTIVE, 'humanizePercentage')} bears. Of the budget of {DAYS} days "
            f"{REST} is left{UNTIL}.{FAILING}{SLOWEST}{CULPRIT}"
        ),
        board="obs-slo",
        limits={"burn": burn, "errors": LEAST},
        filters={"slo": "slo"},
    )


SLO_BURN_FAST = burning(
    "slo-burn-fast", "page", ("1h", "5m"), FASTEST, "2m", "A promise is broken: 2% of the month's budget in an hour."
)
SLO_BURN = burning(
    "slo-burn", "page", ("6h", "30m"), 6, "15m", "A promise is broken: 5% of the month's budget in six hours."
)
SLO_BURN_SLOW = burning(
    "slo-burn-slow", "ticket", ("1d", "2h"), 3, "1h", "A promise won't be kept: 10% of the month's budget in a day."
)
SLO_BURN_CREEPING = burning(
    "slo-burn-creeping", "ticket", ("3d", "6h"), 1, "3h", "A promise won't be kept: 10% of its budget in three days."
)

SLOS = Group("obs-slo", (*SLO_RECORDS, SLO_BURN_FAST, SLO_BURN, SLO_BURN_SLOW, SLO_BURN_CREEPING))
