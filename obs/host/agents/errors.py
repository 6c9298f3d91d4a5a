"""Why a process gives no answer."""

# ruff: noqa: N818  the names say what is the case; all of them are ObsErrors

from __future__ import annotations

from obs.errors import ObsError


class NoProcess(ObsError):
    """There is no such process."""


class NotOurs(ObsError):
    """It is another user's, or its socket belongs to somebody else."""


class NoAgent(ObsError):
    """It runs without obs, or with ``OBS_AGENT=false``."""


class Silent(ObsError):
    """It doesn't answer within the deadline: something holds its GIL, or it is stopped, or lacks a CPU."""


class Died(ObsError):
    """It ended before the answer did."""


class Refused(ObsError):
    """It says no."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code
        """One word, for programs: see :class:`obs.agent.operation.Refusal`."""
