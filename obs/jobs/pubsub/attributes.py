"""The trace context among a message's attributes, which are all that travels beside its body.

Google's own clients write W3C's headers under ``googclient_``, and obs does the same, so that either end may be
another client; both ends read them without the prefix too. What only obs knows has its plain name: the service
reserves names that begin with ``goog``. https://cloud.google.com/pubsub/docs/open-telemetry-tracing
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST, LONGEST = 100, 1024
"""Attributes of a message, and the bytes of a value, that the service takes; with more it refuses the whole
publication. https://cloud.google.com/pubsub/quotas#resource_limits
"""

_PREFIX = "googclient_"
_WRITTEN = {name: _PREFIX + name for name in ("traceparent", "tracestate", "baggage")}
_READ = {"obs-sent": ("obs-sent",)} | {name: (key, name) for name, key in _WRITTEN.items()}
"""Where each header is looked for, in this order."""


def headers(attributes: Mapping[str, str]) -> dict[str, str]:
    """What a received message brings along, by the names of :class:`obs.jobs.message.Message`."""
    found: dict[str, str] = {}
    if attributes:
        for name, keys in _READ.items():
            for key in keys:
                if key in attributes:
                    found[name] = attributes[key]
                    break
    return found


def add(attributes: dict[str, Any], sent: Mapping[str, str], *, context: bool = True) -> None:
    """Write what is sent along into what will be a message's ``attributes``, as far as the service takes it.

    What the application has written itself stays. ``context``: whether the trace context is to be written.
    """
    if len(attributes) + len(sent) > MOST:
        return
    for name, value in sent.items():
        key = _WRITTEN.get(name, name)
        if len(value.encode()) <= LONGEST and key not in attributes and (context or key == name):
            attributes[key] = value
