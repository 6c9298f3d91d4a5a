"""The runs that are alive on this machine, and the choice of one of them: for commands that look at a run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from obs.config import Config
from obs.errors import ObsError
from obs.host.folder import LOCK
from obs.metrics.directory import Keys
from obs.metrics.reader import names
from obs.metrics.source import FileSource


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A run with at least one living process that records."""

    folder: Path
    service: str
    pids: tuple[int, ...]
    """Of the service's living processes that record, in their own namespace."""
    since: float
    """Unix time at which it began."""

    def describe(self) -> str:
        """One line for a person who has to choose."""
        minutes = (time.time() - self.since) / 60
        some = f"{len(self.pids)} process{'es' if len(self.pids) > 1 else ''}"
        return f"{self.folder.name} ({self.service}, {some}, for {minutes:.0f} min)"


def here(environ: Mapping[str, str]) -> Config:
    """Where runs are kept on this machine. A description that is wrong, in this folder, must not hide what runs."""
    kept = {name: environ[name] for name in ("OBS_RUNTIME_DIR", "OBS_RUN_DIR") if name in environ}
    return Config.load(kept, Path(os.devnull))


def choose(config: Config, wanted: str | None = None) -> LiveRun:
    """The one run that is alive, or the one ``wanted`` by its service's or its folder's name.

    Within a run, that one, unless another is wanted. Raises ObsError if there is none, or more than one.
    """
    if wanted is None and config.run_dir is not None:
        inside = read(config.run_dir)
        if inside is not None:
            return inside
    found = list(runs(config.runtime_dir))
    if not found:
        raise ObsError(f"nothing runs: no process records in {config.runtime_dir}; start one with `obs run -- CMD…`")
    fitting = [run for run in found if wanted in (None, run.service, run.folder.name)]
    if len(fitting) == 1:
        return fitting[0]
    listed = "; ".join(run.describe() for run in fitting or found)
    if not fitting:
        raise ObsError(f"no run of {wanted}; these are alive: {listed}")
    raise ObsError(f"{len(fitting)} runs are alive; choose one with --service NAME: {listed}")


def runs(runtime_dir: Path) -> Iterator[LiveRun]:
    """Every run below ``runtime_dir`` that is alive, in the order of their folders' names."""
    with suppress(OSError):
        for folder in sorted(path for path in runtime_dir.iterdir() if path.is_dir() and not path.is_symlink()):
            run = read(folder)
            if run is not None:
                yield run


def read(folder: Path) -> LiveRun | None:
    """The run of ``folder``, or None if nothing of it lives or it can't be read."""
    living = list(processes(folder))
    if not living:
        return None
    service = next((name for name, _, _ in living if name), "unknown_service")
    return LiveRun(folder, service, tuple(pid for _, pid, _ in living), began(folder, [at for _, _, at in living]))


def processes(folder: Path) -> Iterator[tuple[str, int, float]]:
    """``(service, pid, Unix time of its start)`` of each living process of the service; obs's own host is not of it."""
    with suppress(OSError):
        for name in sorted(names(folder)):
            with suppress(OSError, ValueError):
                source = FileSource(folder / name, Keys())
                try:
                    source.refresh()
                    facts = source.directory.process
                    if source.alive and facts.get("role", "service") == "service":
                        yield (
                            str(facts.get("service", "")),
                            int(facts.get("pid", 0)),
                            started(int(facts.get("started", 0))),
                        )
                finally:
                    source.close()


def started(ticks: int) -> float:
    """The Unix time of a process's start, from the clock ticks since boot that :mod:`obs.metrics.identity` notes."""
    if not ticks:
        return time.time()
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / os.sysconf("SC_CLK_TCK")


def began(folder: Path, starts: list[float]) -> float:
    """When the run began: the launcher makes its lock first of all; without a launcher, with the oldest process."""
    try:
        return (folder / LOCK).stat().st_mtime
    except OSError:
        return min(starts)
