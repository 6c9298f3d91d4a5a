"""All processes of a run for one window: those that come are looked at from then on, those that go until then."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic, time

from obs.config import Config
from obs.errors import ObsError, fault
from obs.host.continuous import notes
from obs.host.continuous.refusals import Refusals
from obs.host.continuous.sampling import BeginFn, Sampling
from obs.host.continuous.totals import Totals
from obs.host.cpu.recorded import Asked
from obs.host.profile.targets import Target
from obs.host.profile.watching import kept
from obs.profiling.session import Session

MOST = 16
"""Processes that are looked at at a time: each takes some CPU, and a py-spy 8 MB. Others have their turn in the next
window."""


class Window:
    """Begun when it is made; :meth:`follow` now and then, then :meth:`end`, then :meth:`session`."""

    def __init__(self, config: Config, folder: Path, totals: Totals, refusals: Refusals, begin: BeginFn) -> None:
        """``folder``: of the run, where py-spy may write. ``begin``: see :mod:`obs.host.cpu.samplers`."""
        self._config, self._folder, self._begin = config, folder, begin
        self._totals, self._refusals = totals, refusals
        self._began, self._started = time(), monotonic()
        self._before = totals.now()
        self.seconds = until_the_next(config.profile.window, self._began)
        self._running: dict[Path, Sampling] = {}
        self._over: list[Sampling] = []
        self._all: set[Path] = set()

    @property
    def left(self) -> float:
        """Seconds until its time is over; 0 if it is."""
        return max(self._started + self.seconds - monotonic(), 0.0)

    @property
    def pids(self) -> set[int]:
        """The processes that are looked at now."""
        return {sampling.target.pid for sampling in self._running.values()}

    def follow(self, targets: Sequence[Target], turns: Counter[Path]) -> None:
        """Look at those of ``targets`` that nobody looks at yet; ``turns``: in how many windows each has been."""
        self._collect_over()
        self._all.update(target.file for target in targets if target.file)
        done = {*self._running, *(each.target.file for each in self._over)}
        waiting = [target for target in targets if target.file and target.file not in done]
        for target in sorted(waiting, key=lambda target: turns[target.file or Path()]):
            if len(self._running) < MOST and not self._refusals.bars(target.pid):
                self._start(target, turns)

    def _start(self, target: Target, turns: Counter[Path]) -> None:
        if target.file is None:
            return
        turns[target.file] += 1
        asked = Asked(target.pid, self._config.profile.rate, max(self.left, 1.0), self._folder)
        try:
            sampling = Sampling(target, asked, self._begin)
        except ObsError as error:
            self._refusals.add(target.pid, str(error))
            return
        self._running[target.file] = sampling

    def _collect_over(self) -> None:
        for file, sampling in list(self._running.items()):
            if sampling.over:
                self._collect(self._running.pop(file))

    def _collect(self, sampling: Sampling) -> None:
        sampling.collect()
        self._over.append(sampling)
        if sampling.trouble:
            self._refusals.add(sampling.target.pid, sampling.trouble)
        else:
            self._refusals.lift(sampling.target.pid)

    def end(self) -> None:
        """Tell who looks to write what there is; those that were refused must be known before the next window."""
        self._collect_over()
        for sampling in self._running.values():
            sampling.end()
        self._duration = monotonic() - self._started
        self._used = self._totals.now().since(self._before)

    def session(self) -> Session | None:
        """What was seen of all of them; None if nobody could be looked at. It may take a moment."""
        while self._running:
            self._collect(self._running.popitem()[1])
        parts = [part for sampling in self._over if (part := self._part(sampling)) is not None]
        return self._whole(Session.merge(parts), len(parts)) if parts else None

    def _part(self, sampling: Sampling) -> Session | None:
        try:
            return sampling.session(self._used.seconds)
        except Exception:
            fault("continuous profile: what was seen of a process")
            return None

    def _whole(self, merged: Session, seen: int) -> Session:
        config, used = self._config, self._used
        refused = Counter(each.trouble for each in self._over if each.trouble)
        return replace(
            merged,
            service=config.service,
            env=config.env,
            service_version=config.version,
            host=socket.gethostname(),
            started=self._began,
            duration=self._duration,
            totals={work: kept(work, of, ("cpu",)) for work, of in used.seconds.items()},
            calls=used.calls,
            notes=notes.of_window(merged, seen, len(self._all), refused),
        )


def until_the_next(window: float, now: float) -> float:
    """Seconds to the end of a window that begins ``now`` (Unix time).

    To the next full minute, if windows are minutes: so those of several machines cover the same time. One that would
    be much shorter than the others goes on to the one after.
    """
    left = window - now % window
    return left if left > window / 4 else left + window
