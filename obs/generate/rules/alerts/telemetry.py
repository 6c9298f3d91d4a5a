"""Can what obs says be believed?"""

from __future__ import annotations

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


TELEMETRY_DROPPING = Alert(
    key="telemetry-dropping",
    expr=by_service(f"""
  sum by (env, service, what, reason) (
      {dropped(OBS_SELF_DROPPED_SPANS, "spans")}
    or
      {dropped(OBS_SELF_DROPPED_BLOCKS, "blocks")}
    or
      {dropped(OBS_SELF_DROPPED_PROFILES, "profiles")}
  ) > ${{per_second}}
"""),
    severity="ticket",
    hold="15m",
    summary="Telemetry is lost on its way; the service is not affected.",
    description=(
        '{{ $value | printf "%.2f" }} {{ $labels.what }} a second of ${service} are dropped, '
        "reason {{ $labels.reason }}: the collector or the path to it is slow or down, or there is no room."
    ),
    board="obs-self",
    limits={"per_second": 0.1},
)
SERIES_OVERFLOW = Alert(
    key="series-overflow",
    expr=by_service(f"""
  sum by (env, service, metric) ({rate(OBS_SELF_OVERFLOWED, window="15m")}) > ${{per_second}}
"""),
    severity="ticket",
    hold="15m",
    summary="A metric has more label values than its cap; the rest is counted together.",
    description=(
        '{{ $value | printf "%.2f" }} look-ups a second of {{ $labels.metric }} in ${service} '
        "end in its __overflow__ series: one of its labels has too many values."
    ),
    board="obs-self",
    limits={"per_second": 0.01},
)
FAULTS = Alert(
    key="faults",
    expr=by_service(f"""
  sum by (env, service, part) ({increase(OBS_SELF_ERRORS, window="1h")}) > ${{faults}}
"""),
    severity="ticket",
    hold="5m",
    summary="obs fails inside the service, which goes on without that part.",
    description=(
        '{{ $value | printf "%.0f" }} faults of obs in an hour in ${service}, part '
        '"{{ $labels.part }}": the service\'s log has the first with its traceback.'
    ),
    board="obs-self",
    limits={"faults": 10},
)

TELEMETRY_ALERTS = Group("obs-telemetry-alerts", (TELEMETRY_DROPPING, SERIES_OVERFLOW, FAULTS))
