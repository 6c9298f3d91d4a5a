"""What is known of each endpoint before a request comes: its name, its owner, its label and its series.

Everything that can be done once per endpoint is done here, so that a request only looks it up.
"""

from __future__ import annotations

from obs.config import Config
from obs.labels import Label, label, method_label
from obs.metrics import catalog
from obs.metrics.metric import OVERFLOW
from obs.metrics.sli import Slis, moves, of_work
from obs.metrics.store import Counter, Gauge, Histogram, Store
from obs.runtime.accounting import entry_of

UNMATCHED = "(unmatched)"
"""The one route of all that no route matched: 404s, and what middleware answered."""

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY")
"""The methods of RFC 9110, RFC 5789 and the QUERY draft; any other is ``_OTHER``, as the semantic conventions say."""

OTHER = "_OTHER"

MOST = 10_000
"""Routes kept for a method. A mount prefix comes from the request, so their number isn't bounded by the code alone."""


class Method:
    """One HTTP method: how many of its requests are in flight, and the endpoints that it has."""

    def __init__(self, name: str, endpoints: Endpoints) -> None:
        self.name = name
        active = endpoints.store.gauge(catalog.HTTP_SERVER_ACTIVE_REQUESTS, name)
        self.cells, self.active = active.cells, active.index
        self.quick = min(catalog.HTTP_SERVER_REQUEST_DURATION.buckets[0], endpoints.config.slow)
        """Seconds: a request that takes no longer falls into the first bucket, and is no outlier."""
        self.unmatched = Endpoint(name, UNMATCHED, endpoints)
        self.promised = self.unmatched.slis
        """What a request counts for until its route is known."""
        self.routes: dict[str, Endpoint] = {}
        self.plain: dict[str, Endpoint] = {}
        """Those of them that need no second look: they don't live long."""
        self._endpoints = endpoints

    def route(self, route: str) -> Endpoint:
        """The endpoint of ``route``, made at its first request."""
        if len(self.routes) >= MOST:
            route = OVERFLOW
        endpoint = self.routes.setdefault(route, Endpoint(self.name, route, self._endpoints, self.promised))
        if not endpoint.long:
            self.plain[route] = endpoint
        return endpoint


class Endpoint:
    """A route under one method: ``GET /users/<int:id>``."""

    def __init__(self, method: str, route: str, endpoints: Endpoints, promised: Slis = ()) -> None:
        self.method = method
        self.route = route
        self.name = f"{method} {route}"
        owner = endpoints.config.owner("request", self.name)
        self.feature = owner.name if owner else ""
        self.team = owner.team if owner else ""
        self.label: Label = label(self.name)
        self.method_label = method_label(self.name)
        self.long = endpoints.config.is_long_lived(self.name)
        self.entry = entry_of("request", self.name, self.feature)
        self.store = endpoints.store
        self.slis = of_work(self.store, endpoints.config, "request", self.name)
        """The promises that its requests count for."""
        self.moves = moves(promised, self.slis)
        """What is to be added once a request is known to be for it."""
        self.series: dict[str, Histogram] = {}
        """The duration histogram by status, of those that are no failure."""
        self.store.gauge(catalog.OBS_WORK_INFO, "request", self.name, self.feature, self.team).set(1.0)

    def duration(self, status: str, error: type[BaseException] | None) -> Histogram:
        """The histogram for this outcome: kept by status, and looked up each time for a failure."""
        if error is not None or status >= "500":
            return self._histogram(status, status if error is None else error_name(error))
        series = self.series.get(status)
        if series is None:
            series = self.series[status] = self._histogram(status, "")
        return series

    def _histogram(self, status: str, error_type: str) -> Histogram:
        return self.store.histogram(catalog.HTTP_SERVER_REQUEST_DURATION, self.route, self.method, status, error_type)

    def disconnects(self) -> Counter:
        return self.store.counter(catalog.OBS_REQUEST_DISCONNECTS, self.route)

    def long_active(self, protocol: str) -> Gauge:
        return self.store.gauge(catalog.OBS_LONG_REQUESTS_ACTIVE, self.route, self.method, protocol)

    def long_total(self, protocol: str) -> Counter:
        return self.store.counter(catalog.OBS_LONG_REQUESTS, self.route, self.method, protocol)


class Endpoints:
    """Every method and endpoint of this process."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config
        self.methods = {name: Method(name, self) for name in METHODS}
        self.other = Method(OTHER, self)
        self.queue = store.histogram(catalog.OBS_REQUEST_QUEUE)


def error_name(error: type[BaseException]) -> str:
    """An exception type as ``error.type``: its qualified name, with the module unless it is a built-in."""
    module = error.__module__
    return error.__qualname__ if module == "builtins" else f"{module}.{error.__qualname__}"
