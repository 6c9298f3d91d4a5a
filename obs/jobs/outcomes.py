"""How a delivery of a job ends. Where several hold, the one that comes last here is counted."""

from __future__ import annotations

OK = "ok"
FAILED = "failed"
"""An exception escaped it, and nobody will try again."""
RETRIED = "retried"
"""It failed or was given back, and will be delivered again."""
REJECTED = "rejected"
"""Thrown away: revoked, expired, refused by its worker."""
TIMED_OUT = "timed_out"
"""Stopped since it ran for too long."""
KILLED = "killed"
"""The process that worked on it died."""

OUTCOMES = (OK, FAILED, RETRIED, REJECTED, TIMED_OUT, KILLED)

GOOD = frozenset({OK, RETRIED, REJECTED})
"""Those that are no failure of the job by themselves: no span of theirs is kept for its end."""

NEITHER = frozenset({RETRIED, REJECTED})
"""Those that no SLO counts: the job is not over, since its last delivery counts, or somebody wanted it no more."""

ERRORS: dict[str, type[BaseException]] = {
    outcome: type(outcome, (Exception,), {"__module__": "builtins"}) for outcome in OUTCOMES if outcome not in GOOD
}
"""What stands for the exception of a failure that raised none here; never raised."""
