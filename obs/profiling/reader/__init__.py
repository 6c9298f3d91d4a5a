"""Reads the stacks of another process, its parked greenlets too, without running code in it and without stopping it."""

from obs.profiling.reader.errors import ReaderError, TornError
from obs.profiling.reader.greenlet import Greenlet
from obs.profiling.reader.reader import Look, Reader, Running
from obs.profiling.reader.sampler import Sampler
from obs.profiling.reader.waits import Waits

__all__ = ["Greenlet", "Look", "Reader", "ReaderError", "Running", "Sampler", "TornError", "Waits"]
