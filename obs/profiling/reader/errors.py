"""Why a process can't be read."""

from __future__ import annotations

from obs.errors import ObsError


class ReaderError(ObsError):
    """A process that can't be read, or is not understood: which, why, and what to grant or do."""


class ForbiddenError(ReaderError):
    """A process that the kernel does not let us read: that may change while it runs."""


class TornError(Exception):
    """What was read doesn't fit together: the process has gone on meanwhile. It is dropped and counted."""
