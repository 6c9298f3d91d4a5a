"""What a subscriber says of a message settles it: acknowledged, or given back."""

from __future__ import annotations

from typing import Any

OK, BACK = "ok", "retried"


def settled(request: Any) -> str:
    """The outcome that this request of the client's settles a message with; empty if it doesn't.

    A deadline of 0 gives it back, as ``nack`` does; any other extends its lease.
    """
    kind = type(request).__name__
    if kind == "AckRequest":
        return OK
    gives_back = kind in ("NackRequest", "DropRequest") or (kind == "ModAckRequest" and not request.seconds)
    return BACK if gives_back else ""
