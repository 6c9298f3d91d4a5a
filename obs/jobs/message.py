"""What a worker knows of a job that has been delivered to it, and what its sender wrote beside it."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import Any, NamedTuple

SENT = "obs-sent"
"""When it was sent: Unix seconds, as text."""
PREVIOUS = "obs-previous"
"""The ``traceparent`` of the delivery that a retry comes after."""

LIMIT = 8192
"""Characters of all headers together. What is more is no header of ours: baggage alone is limited to as much.

https://www.w3.org/TR/baggage/#limits
"""

NONE: Mapping[str, Any] = MappingProxyType({})


class Message(NamedTuple):
    """One delivery. Whatever its headers hold makes no error."""

    name: str
    """Of the job, as it is registered: never with an id or an argument."""
    queue: str = ""
    system: str = ""
    """The queue's software, as OpenTelemetry's ``messaging.system`` has it."""
    headers: Mapping[str, Any] = NONE
    """``traceparent``, ``tracestate``, ``baggage``, :data:`SENT`, :data:`PREVIOUS`, and those of other propagators."""
    sent: float | None = None
    """Unix seconds, by the broker or the sender's queue. obs's own header goes before it."""
    due: float | None = None
    """Unix seconds: when it was to run at the earliest, if it was scheduled."""
    attempt: int = 1
    """1 for the first delivery."""
    id: str = ""
    """For its span only."""

    def carrier(self) -> dict[str, str]:
        """Its headers if they can be ones: text, by text, of sane length in all; else none."""
        return clean(self.headers)

    def sent_at(self, said: str | None) -> float | None:
        """When it was sent, Unix seconds, as far as known; ``said``: what its header :data:`SENT` says."""
        if said is not None:
            try:
                seconds = float(said)
            except ValueError:
                return self.sent
            if 0.0 < seconds < inf:
                return seconds
        return self.sent


def clean(headers: object) -> dict[str, str]:
    """``headers`` as a dict of text by lower-case text; empty if they are too long together, or no mapping at all."""
    if type(headers) is not dict and not isinstance(headers, Mapping):
        return {}
    found: dict[str, str] = {}
    room = LIMIT
    for name, value in headers.items():
        if type(name) is str and type(value) is str:
            found[name.lower()] = value
            room -= len(name) + len(value)
            if room < 0:
                return {}
    return found
