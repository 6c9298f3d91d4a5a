"""One process for the length of a window: who looks from outside, its agent inside, its accounts before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from obs.errors import ObsError
from obs.host.agents.errors import Silent
from obs.host.blocks import now
from obs.host.cpu import samplers
from obs.host.cpu.recorded import Asked, Recorded
from obs.host.cpu.samplers import Begun
from obs.host.cpu.streams import Streams
from obs.host.cpu.waiting import Waiting
from obs.host.profile.accounts import Accounts
from obs.host.profile.asking import Asking
from obs.host.profile.moment import Window, moment
from obs.host.profile.permission import Permission
from obs.host.profile.remarks import remarks
from obs.host.profile.targets import Target
from obs.host.profile.vitals import became, vitals
from obs.host.profile.wanted import Wanted
from obs.profiling.builder import Builder
from obs.profiling.session import Frame, Sample, Session, View
from obs.runtime.accounting.entries import IDLE

BeginFn = Callable[[Streams, Asked, str], Begun]


class Watching:
    """Begin it, let time pass, end it; then there is a session."""

    def __init__(self, target: Target, wanted: Wanted, streams: Streams, begin: BeginFn = samplers.begin) -> None:
        self.target, self.wanted = target, wanted
        self._notes: list[str] = []
        self._process = target.process()
        self._permission = Permission(target)
        self._asked = Asked(target.pid, wanted.rate, wanted.seconds, native=wanted.native, views=wanted.views)
        self._begun = begin(streams, self._asked, wanted.sampler)
        self._recording = self._begun.recording
        self._inner: tuple[View, ...] = ()
        """The views that the process itself samples."""
        self._waiting = self._parked(streams) if target.file is None and "wait" in wanted.views else None
        self._asking: Asking | None = None
        self._start = self._end = moment(target)

    def _parked(self, streams: Streams) -> Waiting | None:
        """A process without obs can't say what it waits for: from outside that can be seen.

        If not, it is said why; by cpu's note, if there is one.
        """
        try:
            return streams.waiting(self.target.pid)
        except ObsError as error:
            if "cpu" not in self.wanted.views:
                self._notes.append(str(error))
            return None

    @property
    def settles(self) -> float:
        """Seconds after which it is known whether it was refused."""
        return self._recording.settles if self._recording is not None else 0.0

    def begin(self) -> None:
        """Who looks has had the time to be refused: then the process itself is asked for CPU stacks too."""
        seen = () if self._recording is None or self._recording.over else self._recording.views
        if self._recording is not None and not self.gone:
            self._recording.begin()
        if self.target.file and not self.gone:  # else what was seen is all that there is, from the first look on
            self._start = moment(self.target)
        self._inner = tuple(view for view in self.wanted.views if view not in seen)
        if self.target.file and self._inner:
            self._asking = Asking(self.target.file, self.target.pid, self._inner, self.wanted.seconds, self.wanted.rate)

    @property
    def gone(self) -> bool:
        """Whether there is no such process any more."""
        return became(self._start.vitals, vitals(self.target.pid)) not in ("", "is stopped by a signal")

    def end(self) -> None:
        """The window is over: tell everybody to write what there is. However long that takes, nothing more counts."""
        self._end = moment(self.target)
        for part in (self._recording, self._asking):
            if part is not None:
                part.end()

    def session(self) -> Session:
        """All that is known; once, at the end. Raises ObsError if that is nothing."""
        try:
            return self._session()
        finally:
            self._permission.close()

    def _session(self) -> Session:
        window = Window(self._start, self._end)
        used = window.used
        self._notes += (f"process {self.target.pid}{said}" for said in remarks(window))
        if window.fate:
            self._notes.append(f"process {self.target.pid} {window.fate}; this is what was seen of it before")
        inside = self._inside(window.seconds)
        waits = self._waiting.end(window.seconds) if self._waiting is not None else None
        found = [each for each in (self._outside(window, used, inside is not None), inside, waits) if each is not None]
        if not found:
            raise ObsError("; ".join(self._notes) or f"process {self.target.pid}: nothing could be recorded")
        exact = next((each.totals for each in found if each.totals), used.seconds)
        return self._whole(Session.merge(replace(each, totals={}) for each in found), exact, used.calls, window)

    def _whole(
        self, merged: Session, exact: Mapping[str, Mapping[str, float]], calls: Mapping[str, float], window: Window
    ) -> Session:
        return replace(
            merged,
            service=self.target.service,
            env=self.target.env,
            service_version=self.target.version,
            processes=(self._process,),
            started=window.first.when,
            duration=window.seconds,
            totals={work: kept(work, of, self.wanted.views) for work, of in exact.items()},
            calls=calls,
            notes=tuple(dict.fromkeys((*merged.notes, *self._notes))),
        )

    def _inside(self, seconds: float) -> Session | None:
        if self._asking is None:
            return None
        try:
            return self._asking.result()
        except Silent as silence:
            self._notes.append(f"{silence}; {missing(self._inner)}")
            return self._hung(seconds) if "held" in self._inner else None
        except ObsError as error:
            self._notes.append(f"{error}; {missing(self._inner)}")
            return None

    def _hung(self, seconds: float) -> Session | None:
        """The stack of a process that does not answer, as held for all the time."""
        dump = now.stack(self.target.pid)
        if not dump.frames:
            self._notes.append(f"process {self.target.pid}: no stack of it: {dump.refused}")
            return None
        self._notes.append(f"process {self.target.pid} hangs: the stack that it has now stands for all the time")
        builder = Builder()
        stack = [Frame(name, file, line) for file, line, name in reversed(dump.frames)]
        builder.add(stack, Sample((), dump.work, "held", seconds, pid=self.target.pid, on=dump.call.kind))
        return Session(source=dump.source, frames=builder.frames, samples=builder.samples)

    def _outside(self, window: Window, used: Accounts, inside: bool) -> Session | None:  # noqa: FBT001
        pid, recorded = self.target.pid, self._recorded()
        if recorded.refused and "cpu" in self.wanted.views:
            self._notes.append(self._refusal(recorded.refused, instead=inside))
        if recorded.refused or self._recording is None:
            return None
        works = used.seconds if self.target.file else None
        # After an exec nothing can be read any more: that is said, not counted.
        session = recorded.session(self._asked, works, whole=not window.fate)
        said = (f"process {pid}{note}" for note in (self._begun.note, *recorded.notes) if note)
        return replace(session, notes=(*session.notes, *said, *self._use(window)))

    def _recorded(self) -> Recorded:
        """What was seen from outside; if that was refused, with the reasons of all who were asked."""
        found = self._recording.result() if self._recording is not None else Recorded()
        if self._recording is not None and not found.refused:
            return found
        return replace(found, refused="; ".join(filter(None, (self._begun.refused, found.refused))))

    def _use(self, window: Window) -> Iterator[str]:
        """What CPU a process without accounts has used."""
        if self.target.file is None and window.cpu is not None:
            share = window.cpu / window.seconds
            yield f"process {self.target.pid} used {share:.0%} of a CPU; its loop's idle time is left out"

    def _refusal(self, reason: str, *, instead: bool) -> str:
        if "python version" in reason:
            reason = "it doesn't seem to run Python"
        said = f"process {self.target.pid}: no CPU stacks from outside: {reason}"
        return f"{said}; they were taken from inside" if instead else said


def kept(work: str, of: Mapping[str, float], views: tuple[str, ...]) -> Mapping[str, float]:
    """The totals of the views that were recorded; of the idle loop all, for it tells how busy it was."""
    return of if work == IDLE else {view: seconds for view, seconds in of.items() if view in views}


def missing(views: tuple[str, ...]) -> str:
    return f"no stacks of {', '.join(views)}" if views else "nothing was asked of it"
