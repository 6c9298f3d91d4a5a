"""Serves an incident file on the loopback interface, to one person."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

from obs.host import sockets
from obs.host.live import incident
from obs.host.live.access import Access
from obs.host.live.archive import Archive
from obs.host.live.assets import Assets, listed
from obs.host.live.site import Site
from obs.host.routes import Routes
from obs.host.server import Server


class Viewing:
    """Its ``address`` has the token."""

    def __init__(self, path: Path, port: int = 0) -> None:
        """Raises ObsError: the file can't be read, or the port is taken."""
        archive = Archive(incident.read(path), path)
        token = secrets.token_urlsafe(24)
        listener = sockets.listen("127.0.0.1", port)
        self.address = f"{sockets.url(listener, '/')}?token={token}"
        self._server = Server(listener, Routes({}, Site(Access(token), Assets(listed()), archive.endpoints())))
        self._over = threading.Event()

    def serve(self) -> None:
        """Until :meth:`stop`, or a KeyboardInterrupt."""
        self._server.start()
        try:
            while not self._over.wait(1.0):
                self._server.shut_slow()
        except KeyboardInterrupt:
            pass
        finally:
            self._server.shutdown()
            self._server.server_close()

    def stop(self) -> None:
        self._over.set()
