"""How much of its time the loop was busy."""

from __future__ import annotations

from obs.profiling.session import Session
from obs.profiling.stacks import stacks, total
from obs.profiling.transforms.idle import IDLE, is_idle


def utilisation(session: Session) -> float | None:
    """The share of the loops' time in which something ran, 0 to 1; None: not known.

    Exactly, if the accounts say how long the loops were idle; else by the samples, if the sampler saw idle loops.
    """
    exact = session.totals.get(IDLE)
    if exact:
        idle = sum(exact.values())
        busy = sum(of.get("cpu", 0.0) + of.get("held", 0.0) for name, of in session.totals.items() if runs(name))
    else:
        found = stacks(session, "cpu")
        idle = total(stack for stack in found if is_idle(stack))
        busy = total(found) - idle
    return busy / (busy + idle) if idle > 0 else None


def runs(name: str) -> bool:
    """Whether the time of that name is of a loop."""
    return name != IDLE and not name.startswith("(threads)")
