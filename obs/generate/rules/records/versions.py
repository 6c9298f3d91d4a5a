"""Which version is new and which was before it, and what requests cost on each.

No clock of the service's says it: start times change with each recycled worker. Prometheus notes when it saw each
version instead. After a rollback the version that was rolled back is the previous one.
"""

from __future__ import annotations

from obs.generate.rules.group import Group
from obs.generate.rules.record import Record
from obs.generate.rules.records.requests import VERSION_ERRORS, VERSION_REQUESTS, VERSION_SECONDS
from obs.metrics.catalog import OBS_PROCESSES

SEEN = Record(
    "service_version:obs_seen:time",
    f"group by (env, service, version) ({OBS_PROCESSES.name} > 0) * time()",
    "when the version ran last, Unix time: now, for one that runs",
)
FIRST_SEEN = Record(
    "service_version:obs_first_seen:time",
    f"min_over_time({SEEN}[1d])",
    "when it was first seen running in the last day",
)
CURRENT = Record(
    "service:obs_version_current:info",
    f"""
topk by (env, service) (1,
    ({FIRST_SEEN} and {SEEN}) + 0.5 * service:obs_version_current:info
  or
    ({FIRST_SEEN} and {SEEN})
) * 0 + 1
""",
    "1: of the versions that run, the one that came last",
)
PREVIOUS = Record(
    "service:obs_version_previous:info",
    f"""
topk by (env, service) (1,
    (
        last_over_time({SEEN}[1d]) + {FIRST_SEEN} / 1e6 + 1e-4 * service:obs_version_previous:info
      or
        last_over_time({SEEN}[1d]) + {FIRST_SEEN} / 1e6
    )
  unless
    {CURRENT}
) * 0 + 1
""",
    "1: of the others in the last day, the one that ran last; of two that run, the newer",
)
IS_CURRENT = f"and on (env, service, version) {CURRENT}"
IS_PREVIOUS = f"and on (env, service, version) ({PREVIOUS} and last_over_time({SEEN}[15m]))"
"""Only until shortly after its end: the last figures that are kept are of most of an hour, not of its last minute."""


def over(record: Record, window: str, which: str) -> str:
    """What happened in ``window`` on the versions that ``which`` keeps: a sum of rates, each for one interval."""
    return f"""
sum without (version) (
  sum_over_time({record}[{window}]) * ${{interval}}
  {which}
)
"""


NEW_REQUESTS = Record(
    "work:http_server_requests:current30m",
    over(VERSION_REQUESTS, "30m", IS_CURRENT),
    "requests to the current version in half an hour",
)
NEW_ERRORS = Record(
    "work:http_server_requests_errors:current30m",
    over(VERSION_ERRORS, "30m", IS_CURRENT),
    "of them failed",
)
NEW_MEAN = Record(
    "work:http_server_request_duration_seconds:current_mean30m",
    f"{over(VERSION_SECONDS, '30m', IS_CURRENT).strip()} / ({NEW_REQUESTS} > 0)",
    "their mean duration, seconds",
)
OLD_REQUESTS = Record(
    "work:http_server_requests:previous1h",
    f"{over(VERSION_REQUESTS, '1h', IS_PREVIOUS).strip()} > 0",
    "requests to the previous version in the last hour, while there were any",
)
OLD_ERRORS = Record(
    "work:http_server_requests_errors:previous1h",
    f"{over(VERSION_ERRORS, '1h', IS_PREVIOUS).strip()} and {OLD_REQUESTS}",
    "of them failed",
)
OLD_MEAN = Record(
    "work:http_server_request_duration_seconds:previous_mean1h",
    f"{over(VERSION_SECONDS, '1h', IS_PREVIOUS).strip()} / {OLD_REQUESTS}",
    "their mean duration, seconds",
)

VERSIONS = Group(
    "obs-versions",
    (
        SEEN,
        FIRST_SEEN,
        CURRENT,
        PREVIOUS,
        NEW_REQUESTS,
        NEW_ERRORS,
        NEW_MEAN,
        OLD_REQUESTS,
        OLD_ERRORS,
        OLD_MEAN,
    ),
)
