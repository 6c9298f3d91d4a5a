"""Is it there at all?"""

from __future__ import annotations

from obs.generate.rules.alert import Alert
from obs.generate.rules.asked import RATE, figure
from obs.generate.rules.group import Group
from obs.generate.rules.owned import by_service
from obs.generate.rules.records.requests import SERVICE_REQUESTS
from obs.generate.rules.records.targets import TARGETS, TARGETS_UP, UP

NOT_UP = UP.replace("}", ", env=%q, service=%q}")
FIRST_DOWN = (
    f'{{{{ with printf `{NOT_UP} == 0` $labels.env $labels.service | query | sortByLabel "instance" }}}}'
    "{{ with first . }}{{ .Labels.instance }}{{ end }}{{ else }}none{{ end }}"
)

SERVICE_DOWN = Alert(
    key="service-down",
    expr=by_service(f"  {TARGETS} unless on (env, service) ({TARGETS_UP} > 0)"),
    severity="page",
    hold="3m",
    summary="No instance of the service answers Prometheus.",
    description=(
        "All {{ $value }} known instances of ${service} are down, "
        f"{FIRST_DOWN} among them: the service is gone, or the way to it is."
    ),
    board="obs-overview",
)
TARGET_DOWN = Alert(
    key="target-down",
    expr=by_service(f"  1 - {TARGETS_UP} / {TARGETS} > ${{share}} < 1"),
    severity="ticket",
    hold="10m",
    summary="Instances of the service don't answer Prometheus.",
    description=(
        "{{ $value | humanizePercentage }} of the instances of ${service} are down, "
        f"{FIRST_DOWN} among them; the others carry its load."
    ),
    board="obs-overview",
    limits={"share": 0.1},
)
TRAFFIC_STOPPED = Alert(
    key="traffic-stopped",
    expr=by_service(f"""
  avg_over_time({SERVICE_REQUESTS}[1h] offset 10m) >= ${{requests}}
unless
  {SERVICE_REQUESTS} > ${{share}} * avg_over_time({SERVICE_REQUESTS}[1h] offset 10m)
"""),
    severity="page",
    hold="3m",
    summary="Requests have stopped coming.",
    description=(
        '${service} had {{ $value | printf "%.2f" }} requests a second in the hour before, '
        f"and now {figure(SERVICE_REQUESTS, RATE, otherwise='none')}: what is in front of it sends it nothing, "
        "or it takes nothing."
    ),
    board="obs-overview",
    limits={"requests": 1, "share": 0.1},
)

TARGET_ALERTS = Group("obs-targets-alerts", (SERVICE_DOWN, TARGET_DOWN, TRAFFIC_STOPPED), interval="30s")
