"""Reads the stacks of another process, its parked greenlets too, without running code in it and without stopping it."""

from obs.profiling.reader.errors import ReaderError, TornError
from obs.profiling.reader.greenlet import Greenlet
from obs.profiling.reader.reader import Look, Reader, Running

__all__ = ["Greenlet", "Look", "Reader", "ReaderError", "Running", "TornError"]
