"""Sampling inside the process: waits and delays where greenlets resume, and looks at its threads from beside them."""

from obs.profiling.inside.record import record

__all__ = ["record"]
