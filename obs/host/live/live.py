"""The live view of a run, put together: what looks, what answers, and who may ask."""

from __future__ import annotations

import os

from obs.host.live.access import Access
from obs.host.live.api import Api
from obs.host.live.assets import Assets, listed
from obs.host.live.site import Site
from obs.host.live.traces import Traces
from obs.host.live.watch import Watch
from obs.host.run import Run


class Live:
    """Serves one run."""

    def __init__(self, run: Run, restarts: int, token: str) -> None:
        self.traces = None if run.spans is None else Traces(run.config.slow)
        self._watch = Watch(run.folder, run.config.service)
        api = Api(run, restarts, os.getpid(), self._watch, self.traces)
        self.site = Site(Access(token), Assets(listed()), api.endpoints())

    def start(self) -> None:
        """Begin to look."""
        self._watch.start()

    def stop(self) -> None:
        """Tell who watches that it is over."""
        self._watch.stop()
