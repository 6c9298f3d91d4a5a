"""What stays open for as long as both sides like: it would make a latency histogram meaningless."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from obs.http.endpoints import Endpoint

WEBSOCKET = "websocket"
SERVER_SENT_EVENTS = "sse"
LONG_POLL = "long_poll"
"""Can't be told from the outside: the endpoints that obs.toml names in ``[http] long_lived``."""


class LongLived:
    """One open connection: in flight under the endpoint that was known when it was recognised."""

    def __init__(self, endpoint: Endpoint, protocol: str) -> None:
        self._active = endpoint.long_active(protocol)
        self._total = endpoint.long_total(protocol)
        self._active.add(1.0)

    def ended(self) -> None:
        self._active.add(-1.0)
        self._total.add(1.0)


def is_event_stream(headers: list[tuple[str, str]]) -> bool:
    """Whether an answer's headers announce server-sent events (https://html.spec.whatwg.org/#text/event-stream)."""
    return any(
        name.lower() == "content-type" and value.lower().startswith("text/event-stream") for name, value in headers
    )
