"""How many connections stand in line before the service takes them, read from the kernel by whoever scrapes.

Workers share a listening socket, or have one each on the same port: sockets are told apart by their inode, so each
counts once, and belong to the service if one of its processes has it open.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from obs.metrics.catalog import OBS_LISTEN_QUEUE_CONNECTIONS, OBS_LISTEN_QUEUE_LIMIT
from obs.metrics.directory import Pairs
from obs.metrics.identity import pid_namespace, start_ticks
from obs.metrics.metric import OVERFLOW, Metric
from obs.metrics.sock_diag import Listener, listeners
from obs.metrics.source import FileSource

MOST = 4000
"""Descriptors of a process that are looked at, the lowest first: who listens does so before it has connections."""

AGAIN = 15.0
"""Seconds until a process is looked through again for sockets that were not there the last time."""

Value = tuple[Pairs, Metric, str, float]
"""The identity of the service, the metric, the port, and the value."""


class _Seen(NamedTuple):
    """What was found of a process."""

    when: float
    among: frozenset[int]
    """The listening sockets that there were."""
    held: frozenset[int]
    """Those of them that it has open."""


class Listening:
    """Keep it from scrape to scrape: which process has which socket open is then looked up once, 1.5 µs for each fd."""

    def __init__(
        self,
        ask: Callable[[], list[Listener]] = listeners,
        clock: Callable[[], float] = monotonic,
        proc: Path = Path("/proc"),
    ) -> None:
        self._ask, self._clock, self._proc = ask, clock, proc
        self._seen: dict[tuple[int, int], _Seen] = {}

    def observe(self, sources: Iterable[FileSource]) -> list[Value]:
        """The values for the living processes of ``sources``. Never raises; what ``/proc`` hides is left out.

        So are obs's own sockets, in the run's folder: their names are random, and nobody stands in line there.
        """
        processes = {_which(source): source for source in sources if _is_reachable(source)}
        self._seen = {which: seen for which, seen in self._seen.items() if which in processes}
        if not processes:
            return []
        own = tuple({f"{source.path.parent}/" for source in processes.values()})
        found = {listener.inode: listener for listener in self._ask() if not listener.port.startswith(own)}
        values: list[Value] = []
        for which, source in processes.items():
            for inode in sorted(self._held(which, frozenset(found)) & found.keys()):
                values += _values(source.directory.identity, found.pop(inode))
        return _bounded(values)

    def _held(self, which: tuple[int, int], inodes: frozenset[int]) -> frozenset[int]:
        seen, now = self._seen.get(which), self._clock()
        if seen is not None and (inodes <= seen.among or now - seen.when < AGAIN):
            return seen.held
        pid, started = which
        held = self._open(pid, inodes) if start_ticks(pid) == started else frozenset()
        self._seen[which] = _Seen(now, inodes, held)
        return held

    def _open(self, pid: int, inodes: frozenset[int]) -> frozenset[int]:
        links = {f"socket:[{inode}]": inode for inode in inodes}
        held = set()
        folder = f"{self._proc}/{pid}/fd"
        with suppress(OSError):  # it has ended, or is not ours to look into
            for name in sorted(os.listdir(folder), key=int)[:MOST]:  # noqa: PTH208  iterdir makes a Path of each
                with suppress(OSError):  # closed since
                    inode = links.get(os.readlink(f"{folder}/{name}"))  # noqa: PTH115  the same
                    if inode is not None:
                        held.add(inode)
        return frozenset(held)


def _which(source: FileSource) -> tuple[int, int]:
    process: dict[str, Any] = source.directory.process
    return int(process["pid"]), int(process["started"])


def _is_reachable(source: FileSource) -> bool:
    """Whether it is a living process of the service, and its pid means something here."""
    process = source.directory.process
    is_service = process.get("role", "service") == "service" and source.alive
    return is_service and bool(process.get("started")) and process.get("namespace") == pid_namespace()


def _values(identity: Pairs, listener: Listener) -> list[Value]:
    values = [(identity, OBS_LISTEN_QUEUE_CONNECTIONS, listener.port, float(listener.connections))]
    if listener.limit is not None:
        values.append((identity, OBS_LISTEN_QUEUE_LIMIT, listener.port, float(listener.limit)))
    return values


def _bounded(values: list[Value]) -> list[Value]:
    """As many ports as the metric may have; those beyond share one series."""
    ports = set(list(dict.fromkeys(port for _, _, port, _ in values))[: OBS_LISTEN_QUEUE_CONNECTIONS.cap])
    return [(identity, metric, port if port in ports else OVERFLOW, value) for identity, metric, port, value in values]
