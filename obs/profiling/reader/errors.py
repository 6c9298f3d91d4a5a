"""Why a process can't be read."""

from __future__ import annotations

from obs.errors import ObsError


class ReaderError(ObsError):
    """A process that can't be read, or is not understood: which, why, and what to grant or do."""


class TornError(Exception):
    """What was read doesn't fit together: the process has gone on meanwhile. It is dropped and counted."""
