"""Requests: rate, errors, latency, by version, by work and by service. Counts are recorded, ratios derived."""

from __future__ import annotations

from obs.generate.rules.group import Group
from obs.generate.rules.promql import requests
from obs.generate.rules.record import Record

FAILED = 'error_type!=""'
"""A 5xx, or an exception that escaped; a 4xx and a client that left have no error_type."""

VERSION_REQUESTS = Record(
    "work_version:http_server_requests:rate5m",
    f"sum by (env, service, version, work) ({requests('_count')})",
    "requests a second",
)
VERSION_ERRORS = Record(
    "work_version:http_server_requests_errors:rate5m",
    f"""
  sum by (env, service, version, work) ({requests("_count", FAILED)})
or
  0 * {VERSION_REQUESTS}
""",
    "failed requests a second; 0 where none fails",
)
VERSION_SECONDS = Record(
    "work_version:http_server_request_duration_seconds_sum:rate5m",
    f"sum by (env, service, version, work) ({requests('_sum')})",
    "seconds spent in requests, a second",
)
VERSION_BUCKETS = Record(
    "work_version:http_server_request_duration_seconds_bucket:rate5m",
    f"sum by (env, service, version, work, le) ({requests('_bucket')})",
    "requests a second that took le or less",
)
WORK_REQUESTS = Record(
    "work:http_server_requests:rate5m", f"sum without (version) ({VERSION_REQUESTS})", "requests a second"
)
WORK_ERRORS = Record(
    "work:http_server_requests_errors:rate5m", f"sum without (version) ({VERSION_ERRORS})", "failed requests a second"
)
WORK_SECONDS = Record(
    "work:http_server_request_duration_seconds_sum:rate5m",
    f"sum without (version) ({VERSION_SECONDS})",
    "seconds spent in requests, a second",
)
WORK_P50 = Record(
    "work:http_server_request_duration_seconds:p50_5m",
    f"histogram_quantile(0.5, sum without (version) ({VERSION_BUCKETS})) >= 0",
    "median, seconds; none where there are no requests",
)
WORK_P99 = Record(
    "work:http_server_request_duration_seconds:p99_5m",
    f"histogram_quantile(0.99, sum without (version) ({VERSION_BUCKETS})) >= 0",
    "99th percentile, seconds; none where there are no requests",
)
SERVICE_REQUESTS = Record(
    "service:http_server_requests:rate5m", f"sum without (work) ({WORK_REQUESTS})", "requests a second"
)
SERVICE_ERRORS = Record(
    "service:http_server_requests_errors:rate5m", f"sum without (work) ({WORK_ERRORS})", "failed requests a second"
)
SERVICE_P99 = Record(
    "service:http_server_request_duration_seconds:p99_5m",
    f"histogram_quantile(0.99, sum without (version, work) ({VERSION_BUCKETS})) >= 0",
    "99th percentile, seconds",
)

REQUESTS = Group(
    "obs-requests",
    (
        VERSION_REQUESTS,
        VERSION_ERRORS,
        VERSION_SECONDS,
        VERSION_BUCKETS,
        WORK_REQUESTS,
        WORK_ERRORS,
        WORK_SECONDS,
        WORK_P50,
        WORK_P99,
        SERVICE_REQUESTS,
        SERVICE_ERRORS,
        SERVICE_P99,
    ),
)
