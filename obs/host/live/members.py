"""What each process says of itself, read from its own file: one that differs from its siblings shows here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from obs.host.profile.vitals import vitals as of_kernel
from obs.host.runs import started
from obs.host.vitals import vitals
from obs.metrics import catalog
from obs.metrics.identity import pid_namespace
from obs.metrics.source import FileSource

PAGE = os.sysconf("SC_PAGE_SIZE")

WANTED = {
    metric.name
    for metric in (catalog.OBS_LOOP_SECONDS, catalog.OBS_LOOP_DELAY, catalog.OBS_GREENLETS, catalog.OBS_SELF_CPU)
}


@dataclass(frozen=True, slots=True)
class Member:
    """One living process, at one moment."""

    pid: int
    kind: str
    """``service``, or ``host`` for obs's own."""
    since: float
    """Unix time of its start."""
    version: str = ""
    busy: float = 0.0
    """Seconds that its loop ran something, since its start."""
    idle: float = 0.0
    late: tuple[float, ...] = ()
    greenlets: Mapping[str, float] = field(default_factory=dict)
    cpu: float | None = None
    """Seconds that the kernel counted; None if it doesn't say."""
    memory: int | None = None
    """Resident bytes."""
    starved: float = 0.0
    """Seconds for which its main thread had to wait for a CPU."""

    @property
    def watched(self) -> bool:
        """Whether it has a loop that tells of itself."""
        return self.busy + self.idle > 0


class Members:
    """Where in each file the few series are that tell of its process: looked up once, until it grows."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[int, list[int]]] = {}
        self._since: dict[str, float] = {}
        """When each began, as first computed: clocks are corrected, and a process must not seem another for that."""

    def look(self, sources: Iterable[FileSource]) -> tuple[Member, ...]:
        """The processes of ``sources``, by pid."""
        found = list(sources)
        for gone in self._since.keys() - {source.path.name for source in found}:
            del self._since[gone]
            self._places.pop(gone, None)
        return tuple(sorted((self._member(source) for source in found), key=lambda member: member.pid))

    def _member(self, source: FileSource) -> Member:
        facts: Mapping[str, Any] = source.directory.process
        pid = int(facts.get("pid", 0))
        kernel = of_kernel(pid) if facts.get("namespace", pid_namespace()) == pid_namespace() else None
        told = vitals(self._series(source))
        return Member(
            pid,
            str(facts.get("role", "service")),
            self._since.setdefault(source.path.name, round(started(int(facts.get("started", 0))), 1)),
            str(facts.get("version", "")),
            told.busy,
            told.idle,
            told.late,
            told.greenlets,
            kernel.cpu if kernel else None,
            memory(pid) if kernel else None,
            kernel.starved if kernel else 0.0,
        )

    def _series(self, source: FileSource) -> Iterator[tuple[str, tuple[str, ...], tuple[float, ...]]]:
        series, starts = source.directory.series, source.directory.starts
        known, places = self._places.get(source.path.name, (0, []))
        if known != len(series):
            places = [at for at, key in enumerate(series) if key.metric.name in WANTED]
            self._places[source.path.name] = len(series), places
        for at in places:
            yield series[at].metric.name, series[at].labels, series[at].unpack(source.buffer, starts[at])


def memory(pid: int) -> int | None:
    """Resident bytes (proc(5), statm)."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return None
