"""One process for as long as it lives within one window."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from obs.errors import ObsError
from obs.host.cpu.recorded import Asked, Recorded
from obs.host.cpu.samplers import Begun
from obs.host.profile.targets import Target
from obs.host.profile.vitals import became, vitals
from obs.profiling.session import Session

BeginFn = Callable[[Asked], Begun]

EARLY = "who looked at it ended before its time"


class Sampling:
    """Somebody who looks at a process, from now on; by the reader it is where the window before has ended."""

    def __init__(self, target: Target, asked: Asked, begin: BeginFn) -> None:
        """Raises ObsError if nobody can."""
        self.target, self._asked = target, asked
        self._before = vitals(target.pid)
        self._process = target.process()
        begun = begin(asked)
        if begun.recording is None:
            raise ObsError(begun.refused)
        self._recording, self._unread = begun.recording, begun.refused
        self._told = False
        self._recorded = Recorded()
        self._lived = True

    @property
    def over(self) -> bool:
        """Whether it has ended by itself: it was refused, or whoever looks has died, or the process has."""
        return self._recording.over

    def end(self) -> None:
        """The window is over."""
        self._told = not self.over
        self._recording.end()

    def collect(self) -> None:
        """Take what was seen; once, when it is over or told to end."""
        fate = became(self._before, vitals(self.target.pid))
        self._lived = fate in ("", "is stopped by a signal")
        self._recorded = self._recording.result()

    @property
    def trouble(self) -> str:
        """Why nobody could look, or not until it was told to end; empty if all was well, or the process ended."""
        if not self._lived:
            return ""
        if self._recorded.refused:
            return "; ".join(filter(None, (self._unread, self._recorded.refused)))
        return "" if self._told else EARLY

    def session(self, works: Collection[str]) -> Session | None:
        """What was seen; None if that is nothing. ``works``: the names that are accounted for.

        Looks that failed while the process was ending are no loss.
        """
        if self._recorded.refused:
            return None
        found = self._recorded.session(self._asked, works, whole=self._lived)
        return replace(found, processes=(self._process,), notes=())
