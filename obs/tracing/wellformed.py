"""Headers that OpenTelemetry's propagators would log, each of them and each time: nothing of theirs reaches it.

Whoever sends requests or jobs may write anything, and a line of log for each of them has no bound. What remains is what
the propagators would take. https://www.w3.org/TR/baggage/#header-content, https://www.w3.org/TR/trace-context-2/
"""

from __future__ import annotations

import re

from obs.tracing.gate import Environ

LONGEST, LONGEST_MEMBER = 8192, 4096
"""Characters of a header, and of one member of a baggage, that the propagators read."""
MOST, MOST_STATES = 180, 32
"""Members of a baggage and of a tracestate that they read."""

_KEY, _VALUE = r"[!#-'*+\-.0-9A-Z^-z|~]+", r"[!#-+\--:<-\[\]-~]*"
_PROPERTY = rf"[ \t]*{_KEY}[ \t]*(?:=[ \t]*{_VALUE}[ \t]*)?"
_MEMBER = re.compile(rf"[ \t]*{_KEY}[ \t]*=[ \t]*{_VALUE}[ \t]*(?:;{_PROPERTY})*")
_STATE = re.compile(
    r"[ \t]*(?:[a-z][_0-9a-z\-*/]{0,255}|[a-z0-9][_0-9a-z\-*/]{0,240}@[a-z][_0-9a-z\-*/]{0,13})"
    r"=[ -+\--<>-~]{0,255}[!-+\--<>-~][ \t]*"
)


def well_formed(environ: Environ) -> Environ:
    """``environ``, or one like it without what is malformed in its baggage and tracestate."""
    baggage, state = environ.get("HTTP_BAGGAGE"), environ.get("HTTP_TRACESTATE")
    found = environ
    if baggage and (kept := members(baggage)) != baggage:
        found = {**found, "HTTP_BAGGAGE": kept}
    if state and not are_states(state):
        found = {name: value for name, value in found.items() if name != "HTTP_TRACESTATE"}
    return found


def members(baggage: str) -> str:
    """What of it is well-formed; "" if it is too long."""
    if len(baggage) > LONGEST:
        return ""
    written = baggage.split(",")
    kept = [member for member in written if len(member) <= LONGEST_MEMBER and _MEMBER.fullmatch(member)][:MOST]
    return baggage if len(kept) == len(written) else ",".join(kept)


def are_states(state: str) -> bool:
    """Whether all of it is: one member that isn't makes all of it none."""
    found = [member for member in state.split(",") if member.strip(" \t")] if len(state) <= LONGEST else []
    return 0 < len(found) <= MOST_STATES and all(map(_STATE.fullmatch, found))
