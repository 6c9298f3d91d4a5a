"""Does a process grow, or stand still?"""

from __future__ import annotations

from obs.generate.rules.alert import Alert
from obs.generate.rules.asked import BUSIEST, COUNT, OF_SERVICE, asked, figure
from obs.generate.rules.group import Group
from obs.generate.rules.owned import by_service
from obs.generate.rules.records.process import GC_SHARE, GREENLETS, MEMORY, PROCESSES
from obs.generate.rules.records.requests import SERVICE_REQUESTS
from obs.metrics.catalog import OBS_WAIT_SECONDS

GREENLETS_BEFORE = asked(f"{GREENLETS}{{{OF_SERVICE}}} offset 3h", f"{{{{ .Value | {COUNT} }}}}", otherwise="few")
MEMORY_BEFORE = asked(f"{MEMORY}{{{OF_SERVICE}}} offset 3h", "{{ .Value | humanize1024 }}B", otherwise="less")
WAITED_FOR = asked(
    f"topk(1, sum by (on) (rate({OBS_WAIT_SECONDS.name}{{env=%q, service=%q}}[5m])) > 0)",
    "Most of the waiting is for {{ .Labels.on }}",
    otherwise="What they wait for is not known",
)

GREENLET_LEAK = Alert(
    key="greenlet-leak",
    expr=by_service(f"""
    min_over_time({GREENLETS}[30m]) > ${{times}} * max_over_time({GREENLETS}[30m] offset 3h)
  and
    min_over_time({GREENLETS}[30m]) > ${{greenlets}}
  unless on (env, service)
    {SERVICE_REQUESTS} > ${{times}} * ({SERVICE_REQUESTS} offset 3h)
"""),
    severity="ticket",
    hold="15m",
    summary="Greenlets are made and don't end.",
    description=(
        '${service} has {{ $value | printf "%.0f" }} greenlets in each process, and three '
        f"hours ago {GREENLETS_BEFORE}; "
        f"its traffic does not explain it. {WAITED_FOR}."
    ),
    board="obs-gevent",
    limits={"times": 2, "greenlets": 200},
)
MEMORY_GROWTH = Alert(
    key="memory-growth",
    expr=by_service(f"""
    min_over_time({MEMORY}[30m]) > ${{times}} * max_over_time({MEMORY}[30m] offset 3h)
  and
    min_over_time({MEMORY}[30m]) - max_over_time({MEMORY}[30m] offset 3h) > ${{bytes}}
"""),
    severity="ticket",
    hold="15m",
    summary="Memory grows and doesn't come back.",
    description=(
        "A process of ${service} has {{ $value | humanize1024 }}B on average, and three "
        f"hours ago {MEMORY_BEFORE}. "
        f"Greenlets in each: {figure(GREENLETS, COUNT)}; "
        f"processes: {figure(PROCESSES, COUNT)}."
    ),
    board="obs-gevent",
    limits={"times": 1.3, "bytes": 64 * 2**20},
)
GC_PAUSES = Alert(
    key="gc-pauses",
    expr=by_service(f"  {GC_SHARE} > ${{share}}"),
    severity="ticket",
    hold="15m",
    summary="Garbage collection stops the processes for too much of their time.",
    description=(
        "Garbage collection stops each process of ${service} for "
        f"{{{{ $value | humanizePercentage }}}} of the time, and every request with it. {BUSIEST}."
    ),
    board="obs-gevent",
    limits={"share": 0.05},
)

PROCESS_ALERTS = Group("obs-process-alerts", (GREENLET_LEAK, MEMORY_GROWTH, GC_PAUSES))
