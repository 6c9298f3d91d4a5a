"""Pieces of PromQL, from the catalog's metrics."""

from __future__ import annotations

from obs.metrics.metric import Metric

WINDOW = "5m"
"""Of the recorded rates: ten scrapes or more at the usual intervals, and soon enough for a page."""

WORK_OF_JOB = '"work", "$1", "job", "(.*)"'
"""label_replace's arguments: a job's name is its work's name."""
WORK_OF_REQUEST = '"work", " ", "http_request_method", "http_route"'
"""label_join's: a request's work is called METHOD ROUTE."""


def series(metric: Metric, *matchers: str, part: str = "") -> str:
    """The selector of ``metric``; ``part`` is ``_bucket``, ``_sum`` or ``_count`` of a histogram."""
    return f"{metric.name}{part}" + ("{" + ", ".join(matchers) + "}" if matchers else "")


def rate(metric: Metric, *matchers: str, part: str = "", window: str = WINDOW) -> str:
    return f"rate({series(metric, *matchers, part=part)}[{window}])"


def increase(metric: Metric, *matchers: str, window: str) -> str:
    return f"increase({series(metric, *matchers)}[{window}])"


def requests(part: str, *matchers: str) -> str:
    """A rate of http_server_request_duration_seconds with its ``work``."""
    from obs.metrics.catalog import HTTP_SERVER_REQUEST_DURATION

    return f"label_join({rate(HTTP_SERVER_REQUEST_DURATION, *matchers, part=part)}, {WORK_OF_REQUEST})"


def jobs(metric: Metric, *matchers: str, part: str = "", window: str = WINDOW) -> str:
    """A rate of one of the jobs' metrics with its ``work``."""
    return f"label_replace({rate(metric, *matchers, part=part, window=window)}, {WORK_OF_JOB})"
