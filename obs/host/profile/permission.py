"""Leave to trace a process, asked of itself: under Yama a program that is not its ancestor may not."""

from __future__ import annotations

import os
from contextlib import suppress

from obs.errors import ObsError
from obs.host.agents.client import Client
from obs.host.profile.targets import Target
from obs.runtime.blocks.ptracer import restricted


class Permission:
    """Held until it is closed. Without one, tracing is refused, and stacks are taken from inside: nothing is lost."""

    def __init__(self, target: Target) -> None:
        self._client: Client | None = None
        if target.file is not None and os.geteuid() != 0 and restricted():
            with suppress(ObsError):
                self._client = Client(target.file, target.pid)
                next(self._client.ask("permit"))

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
