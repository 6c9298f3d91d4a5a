"""Who made whom wait: a delay is charged to the works that ran while it lasted.

``obs_interference_seconds_total{culprit, victim}`` is names, not pieces of work: a row whose culprit is its victim is
one request of a route that stood in line behind other requests of the same route. What a Work does to itself, as
siblings of a fan-out do, is no interference and is charged to nobody. Time of no work is charged to its entry:
``(loop)``, ``(after) NAME``; what is not known any more to ``(unattributed)``.
"""

from obs.runtime.interference.charging import LIMIT, behind, blame, charge
from obs.runtime.interference.ran import Parts
from obs.runtime.interference.victims import victims

__all__ = ["LIMIT", "Parts", "behind", "blame", "charge", "victims"]
