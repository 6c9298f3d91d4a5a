"""Can what obs says be believed?"""

from __future__ import annotations

from collections.abc import Mapping

from obs.generate.rules.alert import Alert
from obs.generate.rules.group import Group
from obs.generate.rules.owned import by_service
from obs.generate.rules.promql import increase, rate
from obs.metrics.catalog import (
    OBS_SELF_DROPPED_BLOCKS,
    OBS_SELF_DROPPED_PROFILES,
    OBS_SELF_DROPPED_SPANS,
    OBS_SELF_ERRORS,
    OBS_SELF_OVERFLOWED,
)
from obs.metrics.metric import Metric


def dropped(metric: Metric, what: str) -> str:
    return f'label_replace({rate(metric, window="15m")}, "what", "{what}", "", "")'


def told(key: str, expr: str, limits: Mapping[str, float], hold: str, summary: str, description: str) -> Alert:
    """A ticket for the service's team, with the board of obs itself."""
    return Alert(
        key=key,
        expr=by_service(expr),
        severity="ticket",
        hold=hold,
        summary=summary,
        description=description,
        board="obs-self",
        limits=limits,
    )


TELEMETRY_DROPPING = told(
    "telemetry-dropping",
    f"""
  sum by (env, service, what, reason) (
      {dropped(OBS_SELF_DROPPED_SPANS, "spans")}
    or
      {dropped(OBS_SELF_DROPPED_BLOCKS, "blocks")}
    or
      {dropped(OBS_SELF_DROPPED_PROFILES, "profiles")}
  ) > ${{per_second}}
""",
    {"per_second": 0.1},
    "15m",
    "Telemetry is lost on its way; the service is not affected.",
    '{{ $value | printf "%.2f" }} {{ $labels.what }} a second of ${service} are dropped, '
    "reason {{ $labels.reason }}: the collector or the path to it is slow or down, or there is no room.",
)
SERIES_OVERFLOW = told(
    "series-overflow",
    f"""
  sum by (env, service, metric) ({rate(OBS_SELF_OVERFLOWED, window="15m")}) > ${{per_second}}
""",
    {"per_second": 0.01},
    "15m",
    "A metric has more label values than its cap; the rest is counted together.",
    '{{ $value | printf "%.2f" }} look-ups a second of {{ $labels.metric }} in ${service} '
    "end in its __overflow__ series: one of its labels has too many values.",
)
FAULTS = told(
    "faults",
    f"""
  sum by (env, service, part) ({increase(OBS_SELF_ERRORS, window="1h")}) > ${{faults}}
""",
    {"faults": 10},
    "5m",
    "obs fails inside the service, which goes on without that part.",
    '{{ $value | printf "%.0f" }} faults of obs in an hour in ${service}, part '
    '"{{ $labels.part }}": the service\'s log has the first with its traceback.',
)

TELEMETRY_ALERTS = Group("obs-telemetry-alerts", (TELEMETRY_DROPPING, SERIES_OVERFLOW, FAULTS))
