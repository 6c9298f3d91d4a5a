"""A Work from its opening to its close, whoever opens it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from obs import tracing
from obs.errors import fault
from obs.jobs.sort import Sort
from obs.metrics import forks
from obs.runtime import accounting
from obs.work import Work, current


class Opened(Work):
    """Current from :meth:`open` to :meth:`close`, and counted at the close, once."""

    __slots__ = ("process", "sort")

    process: object
    """The one that opened it. A child forked meanwhile may close it too: there it is not counted again."""

    def __init__(self, sort: Sort) -> None:
        Work.__init__(self, sort.kind, sort.name)  # super() costs as much again
        self.sort = sort
        self.feature = sort.feature
        self.team = sort.team
        self.process = forks.process

    def open(self, carrier: Mapping[str, str] | None = None, links: Sequence[str] = ()) -> None:
        """Make it current here, inside the Work that is.

        ``carrier`` is what was sent along with it; ``links`` are the ``traceparent`` of what else it comes from.
        """
        around = current.get()
        if around is not None:
            self.parent = still_open(around)
        self.sort.opened()
        current.set(self)
        accounting.opened(self)
        tracing.begin_by_hand(self, self.attributes, carrier, links)

    def attributes(self) -> dict[str, Any]:
        """What its span bears, besides its name, from its beginning."""
        return self.sort.attributes()

    def leave(self) -> None:
        """It goes on elsewhere, or later: its parent is current here again. Closing it may follow, from anywhere."""
        if current.get() is not self:
            return
        around = still_open(self.parent)
        current.set(around)
        accounting.changed()
        tracing.leave_by_hand(self, around)

    def close(self, error: BaseException | None = None) -> None:
        """Count it and make its parent current again; ``error`` has escaped it. A second call does nothing."""
        if self.ended:
            return
        self.ended = perf_counter()
        # Not by a token: it may be closed in another context than it was opened in, or before one opened inside it.
        here, around = current.get() is self, self.parent
        if around is not None:
            around = still_open(around)
        if here:
            current.set(around)
        accounting.closed(self, self.sort.entry)
        if self.process is forks.process:
            try:
                self._count(error)
            except Exception:
                fault("jobs: the end of a Work")
        else:
            self.span = self.context = None
        if here:
            tracing.end_by_hand(self, around)
        else:
            tracing.end(self)

    def _count(self, error: BaseException | None) -> None:
        if error is not None and not passes(error):
            self.error = type(error)
            if self.span is not None:
                tracing.failed(self, error)
        self.sort.closed(self)


def still_open(work: Work | None) -> Work | None:
    """``work``, or the nearest around it that has not ended."""
    while work is not None and work.ended:
        work = work.parent
    return work


def passes(error: BaseException) -> bool:
    """Whether ``error`` only says that somebody wants no more: no failure of the Work's."""
    return isinstance(error, GeneratorExit) or (isinstance(error, SystemExit) and error.code in (None, 0))
