"""Did a deploy make it worse? The version that came last against the one before, endpoint by endpoint."""

from __future__ import annotations

from obs.generate.rules.alert import Alert
from obs.generate.rules.asked import COUNT, OF_SERVICE, asked
from obs.generate.rules.group import Group
from obs.generate.rules.owned import by_work
from obs.generate.rules.record import Record
from obs.generate.rules.records.versions import (
    CURRENT,
    NEW_ERRORS,
    NEW_MEAN,
    NEW_REQUESTS,
    OLD_ERRORS,
    OLD_MEAN,
    OLD_REQUESTS,
    PREVIOUS,
)

OF_WORK = "env=%[1]q, service=%[2]q, work=%[3]q"
"""With numbers, since a query may name it twice."""


def before(record: Record) -> str:
    """What the previous version's last hour gave, remembered for six."""
    return f"last_over_time({record}[6h])"


def version(record: Record) -> str:
    return asked(f"{record}{{{OF_SERVICE}}}", '{{ or .Labels.version "unnamed" }}', otherwise="unknown")


def known(query: str, unit: str) -> str:
    return asked(query, f"{{{{ .Value | {unit} }}}}", "env", "service", "work", otherwise="unknown")


LAST_REQUESTS = f"last_over_time({OLD_REQUESTS}{{{OF_WORK}}}[6h])"
ENOUGH = f"""
    {NEW_REQUESTS} >= ${{requests}}
  and
    {before(OLD_REQUESTS)} >= ${{requests}}
""".strip("\n")
COUNTS = (
    f"Version {version(CURRENT)}: {known(f'{NEW_REQUESTS}{{{OF_WORK}}}', COUNT)} requests in half an hour; "
    f"version {version(PREVIOUS)} before it: {known(LAST_REQUESTS, COUNT)} in an hour"
)

DEPLOY_SLOWER = Alert(
    key="deploy-slower",
    expr=by_work(f"""
    {NEW_MEAN} > ${{times}} * {before(OLD_MEAN)}
  and
    {NEW_MEAN} - {before(OLD_MEAN)} > ${{seconds}}
  and
{ENOUGH}
"""),
    severity="ticket",
    hold="5m",
    summary="An endpoint is slower since the last deploy.",
    description=(
        "{{ $labels.work }} of ${service} takes {{ $value | humanizeDuration }} on average, "
        f"and took {known(f'last_over_time({OLD_MEAN}{{{OF_WORK}}}[6h])', 'humanizeDuration')}. {COUNTS}."
    ),
    board="obs-endpoint",
    limits={"times": 1.5, "seconds": 0.02, "requests": 200},
    filters={"work": "work"},
)
DEPLOY_ERRORS = Alert(
    key="deploy-errors",
    expr=by_work(f"""
    {NEW_ERRORS} / ({NEW_REQUESTS} > 0)
      > ${{times}} * {before(OLD_ERRORS)} / {before(OLD_REQUESTS)} + ${{share}}
  and
    {NEW_ERRORS} >= ${{errors}}
  and
{ENOUGH}
"""),
    severity="page",
    hold="2m",
    summary="An endpoint fails since the last deploy.",
    description=(
        "{{ $value | humanizePercentage }} of the requests to {{ $labels.work }} of ${service} "
        "fail, and before "
        f"{known(f'last_over_time({OLD_ERRORS}{{{OF_WORK}}}[6h]) / {LAST_REQUESTS}', 'humanizePercentage')}"
        f" did. {COUNTS}."
    ),
    board="obs-endpoint",
    limits={"times": 2, "share": 0.01, "errors": 10, "requests": 200},
    filters={"work": "work"},
)

DEPLOY_ALERTS = Group("obs-deploy-alerts", (DEPLOY_SLOWER, DEPLOY_ERRORS))
