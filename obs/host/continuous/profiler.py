"""The thread that keeps the continuous profile: window after window, each kept on disk and handed to the sender."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from obs.errors import ObsError, fault, log
from obs.host.continuous import dropped, orphans
from obs.host.continuous.refusals import Refusals
from obs.host.continuous.roster import Roster
from obs.host.continuous.sampling import BeginFn
from obs.host.continuous.sender import Sender
from obs.host.continuous.shelf import Shelf, TooLargeError, folder_of, forget
from obs.host.continuous.totals import Totals
from obs.host.continuous.window import Window
from obs.host.cpu import samplers
from obs.host.cpu.streams import Streams
from obs.host.layouts import layouts
from obs.host.run import Run
from obs.profiling.session import Session

STEP = 1.0
"""Seconds between two looks at which processes there are."""


SHARE = 0.05
"""Of a CPU that looking may take, however many processes there are: beyond it, each is looked at less often."""


class Profiler:
    """Of one run. It runs in the host process; the service notices nothing but that it is read."""

    def __init__(self, run: Run, begin: BeginFn | None = None) -> None:
        self.counts = {"windows": 0, "kept": 0}
        """Since this host started."""
        profile = run.config.profile
        self.sender = None if run.config.pyroscope is None else Sender(run.config.pyroscope, profile.rate)
        self._streams = Streams(profile.rate, SHARE, layouts())
        self._run, self._begin_one = run, begin or partial(samplers.begin, self._streams)
        self._shelf = Shelf(folder_of(profile.folder, run.config.service), profile.keep, profile.size)
        self._roster, self._totals = Roster(run.folder), Totals(run.folder)
        self._refusals = Refusals(lambda text: log.warning("obs: %s", text))
        self._turns: Counter[Path] = Counter()
        self._said: set[str] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True, name="obs-profiler")

    def start(self) -> None:
        """Begin, on a thread of its own."""
        orphans.clear(self._run.folder)
        forget(self._run.config.profile.folder)
        self._thread.start()
        if self.sender:
            self.sender.start()

    def stop(self) -> None:
        """End the window; what it has is kept and sent."""
        self._stopping.set()

    def join(self, deadline: float) -> None:
        """Wait for that, until ``deadline`` (of ``time.monotonic``) at most."""
        self._thread.join(max(deadline - monotonic(), 0.0))
        if self.sender:
            self.sender.close(deadline)

    def health(self) -> dict[str, Any]:
        """What ``/healthz`` says of it."""
        sent = self.sender and {**self.sender.counts, "destination": str(self._run.config.pyroscope)}
        return {**self.counts, "folder": str(self._shelf.folder), "sent": sent}

    def _work(self) -> None:
        window = None
        while not self._stopping.wait(min(STEP, window.left) if window else 0.0):
            try:
                window = self._step(window or self._begin())
            except Exception:
                fault("continuous profile")
                self._stopping.wait(STEP)
        if window is not None:
            window.end()
            self._finish(window)
        self._streams.close()
        self._totals.close()

    def _begin(self) -> Window:
        return Window(self._run.config, self._run.folder, self._totals, self._refusals, self._begin_one)

    def _step(self, window: Window) -> Window:
        """The window to go on with: another, when its time is over."""
        if window.left > 0:
            self._follow(window)
            return window
        window.end()
        following = self._begin()
        self._follow(following)
        self._finish(window)
        return following

    def _follow(self, window: Window) -> None:
        targets = self._roster.look()
        self._refusals.keep({target.pid for target in targets})
        self._turns = Counter({target.file: self._turns[target.file] for target in targets if target.file})
        window.follow(targets, self._turns)
        self._streams.keep(window.pids)

    def _finish(self, window: Window) -> None:
        """Keep and send what an ended window has seen. Never raises: the next one runs already."""
        try:
            session = window.session()
            if session is not None:
                self.counts["windows"] += 1
                self._keep(session)
                if self.sender:
                    self.sender.put(session)
        except Exception:
            fault("continuous profile")

    def _keep(self, session: Session) -> None:
        if not self._shelf.keep or not self._shelf.size:
            return
        try:
            self._shelf.put(session, self._run.folder.name.rpartition("-")[2])
            self.counts["kept"] += 1
        except TooLargeError as error:
            self._lost("size", f"a window of {error} is not kept: OBS_PROFILE_SIZE is {self._shelf.size:,}")
        except (ObsError, OSError) as error:
            self._lost("disk", f"the continuous profile is not kept: {error}")

    def _lost(self, reason: dropped.Reason, text: str) -> None:
        """Count it; say it the first time."""
        dropped.count(reason)
        if reason not in self._said:
            self._said.add(reason)
            log.warning("obs: %s (said once, counted after)", text)
