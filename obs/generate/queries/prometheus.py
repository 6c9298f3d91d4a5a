"""A Prometheus, asked over HTTP: https://prometheus.io/docs/prometheus/latest/querying/api/"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from obs.errors import ObsError

POSTED = ("query", "query_range", "series")
"""What may be asked by POST, so that a long expression fits."""

Series = dict[str, Any]
"""``metric``: its labels; ``values`` or ``value``: pairs of Unix seconds and a number as text."""


class Prometheus:
    """One server, at ``url`` (with its path prefix, if it has one). Every method raises ObsError."""

    def __init__(self, url: str, timeout: float = 30.0, headers: Mapping[str, str] | None = None) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ObsError(f"{url}: not the URL of a Prometheus; write it like http://prometheus:9090")
        self.url, self.timeout = url.rstrip("/"), timeout
        self.headers = dict(headers or {})
        """What says who asks: ``Authorization``, or a tenant."""

    def instant(self, expr: str, at: float | None = None) -> list[Series]:
        """The result at a time, now by default: a vector; a scalar is one series without labels."""
        return vector(self.ask("query", query=expr, time=at))

    def range(self, expr: str, start: float, end: float, step: float) -> list[Series]:
        """The result over a range of Unix seconds."""
        found: list[Series] = self.ask("query_range", query=expr, start=start, end=end, step=step)["result"]
        return found

    def series(self, match: str, start: float | None = None, end: float | None = None) -> list[dict[str, str]]:
        """The labels of each series that ``match`` selects."""
        found: list[dict[str, str]] = self.ask("series", start=start, end=end, **{"match[]": match})
        return found

    def label_values(self, label: str, match: str | None = None) -> list[str]:
        """The values of a label, of the series that ``match`` selects."""
        found: list[str] = self.ask(f"label/{label}/values", **{"match[]": match})
        return found

    def ask(self, path: str, **parameters: Any) -> Any:
        """The ``data`` of one answer; parameters that are None are left out."""
        sent = urlencode({name: value for name, value in parameters.items() if value is not None})
        url = f"{self.url}/api/v1/{path}" + ("" if path in POSTED else f"?{sent}")
        try:
            request = Request(url, sent.encode() if path in POSTED else None, self.headers)  # noqa: S310  the scheme is checked
            with urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                return json.load(answer)["data"]
        except HTTPError as error:
            raise ObsError(f"{self.url}: {refusal(error)}: {parameters.get('query', path)}") from error
        except (OSError, ValueError, KeyError) as error:
            raise ObsError(f"{self.url}: doesn't answer like a Prometheus: {error}") from error


def vector(data: Any) -> list[Series]:
    if data["resultType"] == "scalar":
        return [{"metric": {}, "value": data["result"]}]
    found: list[Series] = data["result"]
    return found


def refusal(error: HTTPError) -> str:
    """Why it refused, in its words."""
    if error.code in (401, 403):
        return f"it doesn't let us in (HTTP {error.code}); give it a token, or a user and password"
    try:
        return str(json.load(error)["error"])
    except (OSError, ValueError, KeyError):
        return f"HTTP {error.code}"
