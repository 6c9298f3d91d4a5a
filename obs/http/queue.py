"""How long a request stood in line before the server took it up, by the header of the proxy before it."""

from __future__ import annotations

from time import time

HEADERS = ("HTTP_X_REQUEST_START", "HTTP_X_QUEUE_START")
"""Set by nginx, Heroku, HAProxy, Envoy filters: https://docs.newrelic.com/docs/apm/applications-menu/features/request-queue-server-configuration-examples/"""

LONGEST = 600.0
"""Seconds. What seems to have waited longer, or to come from as far in the future, has a wrong clock or unit."""


def queued_seconds(header: str, now: float | None = None) -> float | None:
    """Seconds between the header's Unix time and ``now``; None if the header makes no sense.

    The header is a number in seconds, milli-, micro- or nanoseconds (told by its size), ``t=`` before it or not. A
    proxy's clock that is ahead of ours never makes a negative.
    """
    try:
        stamp = float(header.strip().removeprefix("t="))
    except ValueError:
        return None
    for _ in range(3):
        if stamp > 1e11:  # seconds are below this until the year 5138, milliseconds above it since 1973
            stamp /= 1000.0
    waited = (time() if now is None else now) - stamp
    return max(waited, 0.0) if -LONGEST < waited < LONGEST else None
