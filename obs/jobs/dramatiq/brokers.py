"""What obs patches in each of Dramatiq's brokers: theirs is the sending."""

from __future__ import annotations

from types import ModuleType

from obs.jobs.dramatiq import sending
from obs.patches import Patch


def patches(module: ModuleType) -> list[Patch]:
    """What makes every message measured that is sent by a broker of ``module``, one of ``dramatiq.brokers``."""
    kinds = [kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__]
    return [Patch(kind, "enqueue", sending.enqueue) for kind in kinds if "enqueue" in vars(kind)]
