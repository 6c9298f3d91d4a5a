"""Reads the stacks of another process, its parked greenlets too, without running code in it and without stopping it."""

from obs.profiling.reader.errors import ForbiddenError, ReaderError, TornError
from obs.profiling.reader.greenlet import Greenlet
from obs.profiling.reader.reader import Look, Reader, Running
from obs.profiling.reader.sampler import Sampled, Sampler
from obs.profiling.reader.waits import Waits

__all__ = [
    "ForbiddenError",
    "Greenlet",
    "Look",
    "Reader",
    "ReaderError",
    "Running",
    "Sampled",
    "Sampler",
    "TornError",
    "Waits",
]
