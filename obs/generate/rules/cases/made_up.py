"""A made-up service: ``chat`` in ``prod``, of the team chat-core, with one instance, and the same in staging."""

from __future__ import annotations

from obs.generate.rules.promql import series
from obs.metrics.catalog import HTTP_SERVER_REQUEST_DURATION, OBS_PROCESSES, OBS_WORK_INFO
from obs.metrics.metric import Metric

Series = tuple[str, str]

OWN = {"env": "prod", "service": "chat", "version": "1", "instance": "a:9464"}
TEAM = {"env": "prod", "service": "chat", "team": "chat-core"}
"""The labels of an alert of the service."""
WORK = TEAM | {"feature": "messaging"}


def of(metric: Metric, values: str, part: str = "", /, **labels: str) -> Series:
    """A series of the service; a sample each minute, as promtool writes them."""
    matchers = [f'{name}="{value}"' for name, value in (OWN | labels).items()]
    return series(metric, *matchers, part=part).replace(", ", ","), values


def up(values: str, instance: str = "a:9464", env: str = "prod") -> Series:
    return f'up{{job="obs",env="{env}",service="chat",instance="{instance}"}}', values


def owned(values: str = "1x900", work: str = "GET /x", kind: str = "request", **labels: str) -> Series:
    known = {"feature": "messaging", "team": "chat-core"} | labels
    return of(OBS_WORK_INFO, values, kind=kind, work=work, **known)


def requests(values: str, part: str = "_count", error: str = "", route: str = "/x", **labels: str) -> Series:
    """GET /x, counted."""
    status = "500" if error else "200"
    known = {
        "http_route": route,
        "http_request_method": "GET",
        "http_response_status_code": status,
        "error_type": error,
    }
    return of(HTTP_SERVER_REQUEST_DURATION, values, part, **known, **labels)


SERVICE = (
    owned(),
    owned(version="2", instance="b:9464"),
    owned(version="2", instance="c:9464", team="somebody-new"),
    owned(env="staging", team="chat-core"),
    of(OBS_PROCESSES, "2x900"),
    of(OBS_PROCESSES, "1x900", env="staging"),
)
"""In the middle of a rollout that changes the owner of its one endpoint."""
