"""Is the port of /metrics free?"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

from obs.host.diagnosis.finding import Finding
from obs.host.diagnosis.listening import who_listens
from obs.host.diagnosis.situation import Situation


def port(situation: Situation) -> Iterator[Finding]:
    """Bind it for a moment, as the launcher would."""
    config = situation.config
    if config is None:
        return
    try:
        bind(config.host, config.port)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        yield Finding(
            "error",
            f"/metrics can't listen on {config.host} port {config.port}",
            (taken and who_listens(config.port)) or error.strerror or str(error),
            "end that process, or set OBS_PORT (0 for any free one)" if taken else "set OBS_HOST and OBS_PORT",
        )


def bind(host: str, number: int) -> None:
    """Raises OSError if nobody may listen there now."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)
