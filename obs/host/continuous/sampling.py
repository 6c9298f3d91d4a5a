"""One process for as long as it lives within one window."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from obs.host.profile.targets import Target
from obs.host.profile.vitals import became, vitals
from obs.host.pyspy.recording import Recorded, Recording
from obs.profiling.outside.samples import Taken, session_of
from obs.profiling.outside.speedscope import read
from obs.profiling.session import Session

RecordFn = Callable[[int, int, float, Path], Recording]

EARLY = "py-spy ended before its time"


class Sampling:
    """A py-spy that looks at a process, from now on."""

    def __init__(self, target: Target, rate: int, seconds: float, folder: Path, record: RecordFn) -> None:
        """``folder``: where py-spy may write. Raises OSError if it can't be started."""
        self.target, self._rate = target, rate
        self._before = vitals(target.pid)
        self._process = target.process()
        self._recording = record(target.pid, rate, seconds, folder)
        self._told = False
        self._recorded = Recorded()
        self._lived = True

    @property
    def over(self) -> bool:
        """Whether py-spy has ended by itself: it was refused, or died, or the process did."""
        return self._recording.over

    def end(self) -> None:
        """Tell py-spy to write what it has."""
        self._told = not self.over
        self._recording.end()

    def collect(self) -> None:
        """Take what py-spy has seen; once, when it is over or told to end."""
        fate = became(self._before, vitals(self.target.pid))
        self._lived = fate in ("", "is stopped by a signal")
        self._recorded = self._recording.result()

    @property
    def trouble(self) -> str:
        """Why py-spy could not look, or not until it was told to end; empty if all was well, or the process ended."""
        if not self._lived:
            return ""
        return self._recorded.refused or ("" if self._told else EARLY)

    def session(self, works: Collection[str]) -> Session | None:
        """What was seen; None if that is nothing. ``works``: the names that are accounted for. Raises SessionError.

        Looks that failed while the process was ending are no loss.
        """
        if self._recorded.refused:
            return None
        taken = Taken(self.target.pid, self._rate, self._recorded.unreadable if self._lived else 0)
        return replace(session_of(read(self._recorded.document), taken, works), processes=(self._process,), notes=())
