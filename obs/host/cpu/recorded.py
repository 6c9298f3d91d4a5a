"""What a recording of one process is, whoever makes it, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from obs.profiling.outside.samples import Taken, Works, session_of
from obs.profiling.outside.seen import Seen
from obs.profiling.session import Session, Source, View


class Asked(NamedTuple):
    """What is to be recorded."""

    pid: int
    rate: int
    """Looks per second."""
    seconds: float
    """For so long, unless it is ended earlier."""
    folder: Path | None = None
    """Where files may be written; None: anywhere."""
    native: bool = False
    """Whether frames of machine code are wanted."""
    views: tuple[View, ...] = ("cpu",)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was seen."""

    seen: tuple[Seen, ...] = ()
    unreadable: int = 0
    """Looks that came to nothing."""
    refused: str = ""
    """Why there is nothing."""
    source: Source = "py-spy"
    cpu: float | None = None
    """CPU seconds that the kernel counted meanwhile, if whoever looked has asked."""
    pause: float | None = None
    """Seconds from one look to the next, if whoever looked has measured that."""
    notes: tuple[str, ...] = ()
    """What is to be known of it: each the end of a sentence that begins with the process."""

    def session(self, asked: Asked, works: Works, *, whole: bool = True) -> Session:
        """Of what was asked. ``whole``: whether the process lived on; looks that failed while it ended are no loss."""
        taken = Taken(asked.pid, asked.rate, self.unreadable if whole else 0, self.source, self.cpu, self.pause)
        return session_of([one for one in self.seen if one.view in asked.views], taken, works)


class Recording(Protocol):
    """One process, from when it is made on."""

    views: tuple[View, ...]
    """What it can see."""

    @property
    def settles(self) -> float:
        """Seconds after which it is known whether it was refused."""

    @property
    def over(self) -> bool:
        """Whether it has ended by itself: it was refused, or the process is gone."""

    def begin(self) -> None:
        """Forget what was seen so far, if that can be done."""

    def end(self) -> None:
        """The time is over. What is still to be written may take a moment."""

    def result(self) -> Recorded:
        """What was seen; once, at the end."""
