"""What a run has beside its service: a folder, two sockets, and settings. Each part that can't be had is named."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from obs.config import Config
from obs.errors import ObsError, StoreError
from obs.host import children, environment, sockets
from obs.host.folder import RunFolder
from obs.host.live.address import write_address
from obs.host.run import Run
from obs.metrics.sweep import sweep

Say = Callable[[str], None]
T = TypeVar("T")

ROOM = 4 << 20
"""Bytes that should be free where the run's folder is."""


@dataclass(slots=True)
class Telemetry:
    """The parts of a run that outlive a host process."""

    config: Config
    folder: RunFolder
    listener: socket.socket | None
    spans: socket.socket | None
    environ: dict[str, str]
    """What the service is started with."""
    host_environ: dict[str, str]
    settings: int
    """The descriptor of the :class:`Run` that every host reads."""

    def start_host(self, restarts: int) -> int:
        """Start a host process, the first or one more; returns its pid. Raises OSError."""
        return children.start_host(self.host_environ, self.settings, self.inherited, restarts)

    @property
    def inherited(self) -> list[int]:
        """The descriptors that a host gets."""
        return [self.folder.lock, *(part.fileno() for part in (self.listener, self.spans) if part)]

    def close(self) -> None:
        """Close the sockets and remove the folder."""
        for part in (self.listener, self.spans):
            if part:
                part.close()
        os.close(self.settings)
        self.folder.remove()


def prepare(environ: Mapping[str, str], say: Say) -> Telemetry | None:
    """The telemetry that ``environ`` asks for, or None, having said why: the service starts in any case."""
    with ExitStack() as undo:
        try:
            config = Config.load(environ)
            sweep(config.runtime_dir)
            folder = RunFolder.create(config.runtime_dir, config.service)
            undo.callback(folder.remove)
            found = assemble(environ, config, folder, say)
            undo.pop_all()
            return found
        except Exception as error:
            say(f"{error if isinstance(error, ObsError) else repr(error)}; obs is off, the service starts without it")
    return None


def assemble(environ: Mapping[str, str], config: Config, folder: RunFolder, say: Say) -> Telemetry:
    """Bind what ``config`` asks for, and say what there is."""
    path = folder.path / "spans.sock"
    listener = attempt("/metrics", lambda: sockets.listen(config.host, config.port), say)
    spans = attempt("tracing", lambda: sockets.bind_spans(path), say) if config.traces_enabled else None
    attempt("what finds no space there", lambda: check_space(folder.path), say)
    fds = [part.fileno() if part else None for part in (listener, spans)]
    token = attempt("the live view", lambda: live_token(config, folder.path, listener), say) or ""
    run = Run(config, folder.path, os.getpid(), folder.lock, fds[0], fds[1], token)
    for line in announcements(config, listener, spans):
        say(line)
    return Telemetry(
        config,
        folder,
        listener,
        spans,
        environment.for_service(environ, config, folder.path, path if spans else None),
        environment.for_host(environ),
        run.write(),
    )


def live_token(config: Config, folder: Path, listener: socket.socket | None) -> str:
    """The token of the run's live view, whose address is left in ``folder``; empty if there is none."""
    if listener is None or not config.live:
        return ""
    token = config.live_token or secrets.token_urlsafe(24)
    try:
        write_address(folder, sockets.local_url(listener, "/"), token)
    except OSError as error:
        raise ObsError(f"{folder}: {error.strerror or error}") from error
    return token


def attempt(name: str, make: Callable[[], T], say: Say) -> T | None:
    """What ``make`` returns, or None, having said in one line that ``name`` is off and why."""
    try:
        return make()
    except ObsError as error:
        say(f"{error}; {name} is off, the service starts without it")
        return None


def check_space(folder: Path) -> None:
    """Raise StoreError if ``folder`` has no room for the metrics of a few processes."""
    found = os.statvfs(folder)
    free = found.f_bavail * found.f_frsize
    if free < ROOM:
        raise StoreError(
            f"{folder.parent}: {free >> 10} KiB free, a service needs {ROOM >> 20} MiB; "
            "enlarge it (docker run --shm-size, or an emptyDir with medium: Memory) or set OBS_RUNTIME_DIR"
        )


def announcements(config: Config, listener: socket.socket | None, spans: socket.socket | None) -> Iterator[str]:
    """The one line at the start: where the metrics and the live view are, where traces go."""
    parts = []
    if listener:
        parts.append(f"metrics {sockets.url(listener, '/metrics')}")
        if config.live:
            parts.append(f"live view {sockets.local_url(listener, '/')}")
    if spans:
        parts.append(f"traces {public(config.otlp_endpoint)}" if config.otlp_endpoint else "traces kept local")
    if config.profile.on:
        parts.append(f"profile {config.profile.rate} Hz{f' to {config.pyroscope}' if config.pyroscope else ''}")
    if parts:
        yield f"{config.service} {', '.join(parts)}"


def public(endpoint: str) -> str:
    """``endpoint`` without a user name, a password or a query in it."""
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
