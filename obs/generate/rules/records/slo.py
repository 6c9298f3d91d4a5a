"""SLOs: for every service and SLO by matching labels, so that who adds one touches no rule.

Services count good and bad at the source (obs/metrics/sli.py) and export the objective. Counts are recorded, and
ratios are of sums over a window: averages of ratios are wrong as soon as traffic changes. Nothing is there for a
window without work, never a NaN.

Long windows are sums over few samples: the rate over five minutes is kept once in five, and its sum over an hour once
an hour. A window of 30 days is some 1,000 samples so, not 43,000 (https://github.com/slok/sloth/issues/504).
"""

from __future__ import annotations

from obs.config.slo import DAYS
from obs.generate.rules.promql import rate
from obs.generate.rules.record import Record
from obs.generate.rules.records.owners import steady
from obs.metrics.catalog import OBS_SLI, OBS_SLI_ERRORS, OBS_SLO_OBJECTIVE

SLO = "env, service, slo"
OBJECTIVES = OBS_SLO_OBJECTIVE.name

SLI = Record("service_slo:obs_sli:rate5m", f"sum by ({SLO}) ({rate(OBS_SLI)})", "works that count, a second")
ERRORS = Record(
    "service_slo:obs_sli_errors:rate5m",
    f"""
  sum by ({SLO}) ({rate(OBS_SLI_ERRORS)})
or
  0 * {SLI}
""",
    "the bad ones, a second; 0 where none is",
)
OBJECTIVE = Record(
    "service_slo:obs_slo_objective_ratio:max",
    f"""
  max by ({SLO}) ({OBJECTIVES})
or
  max by ({SLO}) (last_over_time({OBJECTIVES}[1h]))
""",
    "the part that must be good: the strictest while two versions run; known for an hour after the last instance",
)
OWNERS = Record(
    "service_slo_owner:obs_slo_objective:count",
    f"count by ({SLO}, feature, team) ({OBJECTIVES})",
    "instances that name this owner of the SLO",
)
OWNER = Record(
    "service_slo:obs_slo_owner:info",
    f"""
  topk by ({SLO}) (1, {steady(OWNERS, "service_slo:obs_slo_owner:info")}) * 0 + 1
or on ({SLO})
  topk by ({SLO}) (1, {steady(f"last_over_time({OWNERS}[1h])", "service_slo:obs_slo_owner:info")}) * 0 + 1
""",
    "1: feature and team of the SLO, those that more instances name; known for an hour after the last",
)
BUDGET = Record(
    "service_slo:obs_slo_budget_ratio:min", f"(1 - {OBJECTIVE}) > 0", "the part that may be bad: 1 less the objective"
)


def every(times: int, of: object) -> str:
    """``of`` at one evaluation in so many, and nothing at the others."""
    return f"""
  {of}
and on ()
  (vector(time()) % ({times} * ${{interval}}) < ${{interval}})
"""


SLI_5M = Record("service_slo:obs_sli:sample5m", every(5, SLI), "the rate of works, once in five minutes")
ERRORS_5M = Record("service_slo:obs_sli_errors:sample5m", every(5, ERRORS), "the rate of bad ones, once in 5 minutes")
SLI_1H = Record(
    "service_slo:obs_sli:sample1h",
    every(60, f"sum_over_time({SLI_5M}[59m])"),
    "the sum of an hour's twelve samples, once an hour",
)
ERRORS_1H = Record(
    "service_slo:obs_sli_errors:sample1h",
    every(60, f"sum_over_time({ERRORS_5M}[59m])"),
    "the same of the bad ones",
)


def ratio(window: str, errors: str, total: str) -> Record:
    about = f"bad ones of all, over {window}; none without work"
    return Record(f"service_slo:obs_sli_error:ratio{window}", f"{errors} / ({total} > 0)", about)


def summed(window: str, errors: Record, total: Record) -> Record:
    return ratio(window, f"sum_over_time({errors}[{window}])", f"sum_over_time({total}[{window}])")


def month(fine: Record, coarse: Record) -> str:
    """The sum over 30 days: of the last by five minutes, of those before by the hour."""
    return f"""
  (
      sum_over_time({coarse}[{DAYS - 1}d] offset 1d) + sum_over_time({fine}[1d])
    or
      sum_over_time({fine}[1d])
    or
      sum_over_time({coarse}[{DAYS - 1}d] offset 1d)
  )
""".strip()


RATIOS = {
    "5m": ratio("5m", str(ERRORS), str(SLI)),
    "30m": summed("30m", ERRORS, SLI),
    "1h": summed("1h", ERRORS, SLI),
    "2h": summed("2h", ERRORS, SLI),
    "6h": summed("6h", ERRORS, SLI),
    "1d": summed("1d", ERRORS_5M, SLI_5M),
    "3d": summed("3d", ERRORS_5M, SLI_5M),
    f"{DAYS}d": ratio(f"{DAYS}d", month(ERRORS_5M, ERRORS_1H), month(SLI_5M, SLI_1H)),
}
"""By window."""


def burn(window: str) -> Record:
    about = f"how many times too fast the budget is spent, over {window}: at 1 it lasts {DAYS} days"
    expr = f"{RATIOS[window]} / on ({SLO}) {BUDGET}"
    return Record(f"service_slo:obs_slo_burn:ratio{window}", expr, about)


BURNS = {window: burn(window) for window in RATIOS}


def events(window: str) -> Record:
    expr = f"sum_over_time({ERRORS_5M}[{window}]) * (5 * ${{interval}})"
    return Record(f"service_slo:obs_sli_errors:events{window}", expr, f"how many were bad in {window}")


EVENTS = {window: events(window) for window in ("1h", "6h", "1d", "3d")}
"""By the long window of an alert: a few bad ones in a quiet night are no reason to get up."""

LEFT = Record(
    "service_slo:obs_slo_budget_left:ratio",
    f"1 - {BURNS[f'{DAYS}d']}",
    f"what is left of the budget of {DAYS} days: 1 all, 0 nothing, below 0 overspent",
)
EXHAUSTION = Record(
    "service_slo:obs_slo_exhaustion:seconds",
    f"""
  ({LEFT} > 0) * {DAYS * 86_400} / ({BURNS["1h"]} > 1)
or
  0 * ({LEFT} <= 0)
""",
    "until the budget is spent if it goes on as in the last hour; none if it lasts, 0 if it is spent",
)

SLO_RECORDS = (
    *(SLI, ERRORS, OBJECTIVE, OWNERS, OWNER, BUDGET),
    *(SLI_5M, ERRORS_5M, SLI_1H, ERRORS_1H),
    *RATIOS.values(),
    *BURNS.values(),
    *EVENTS.values(),
    *(LEFT, EXHAUSTION),
)
