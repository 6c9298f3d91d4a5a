"""Where the blocks are that somebody asks for: by process, by service, or all of this user's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from obs.config import Config
from obs.errors import ObsError
from obs.metrics.ring import SUFFIX
from obs.metrics.rings import RingFile, Rings
from obs.runtime.blocks.block import Block
from obs.runtime.blocks.outside import HOST


class Runs:
    """The rings of every run in a runtime directory."""

    def __init__(self, runtime_dir: Path) -> None:
        """Raises ObsError if there is nothing, or nothing that this user may read."""
        self.runtime_dir = runtime_dir
        self._runs: dict[Path, Rings] = {}
        self.look()

    def look(self) -> list[RingFile]:
        """The rings that are there now. Raises ObsError as at the beginning."""
        folders = set(run_folders(self.runtime_dir))
        for gone in self._runs.keys() - folders:
            self._runs.pop(gone).close()
        found: list[RingFile] = []
        for folder in sorted(folders):
            with suppress(OSError):
                found += self._runs.setdefault(folder, Rings(folder)).look()
        return found


def run_folders(runtime_dir: Path) -> list[Path]:
    """The folders of runs that have a ring."""
    try:
        folders = [path for path in runtime_dir.iterdir() if path.is_dir() and any(path.glob("*" + SUFFIX))]
    except FileNotFoundError:
        raise ObsError(
            f"{runtime_dir}: no such folder: nothing has run under obs here; start the service with obs run, or set "
            "OBS_RUNTIME_DIR to where it has it"
        ) from None
    except PermissionError:
        raise ObsError(f"{runtime_dir}: it belongs to {owner(runtime_dir)}; run obs blocks as that user") from None
    if not folders:
        raise ObsError(f"{runtime_dir}: no service runs under obs with its blocks recorded; start one with obs run")
    return folders


def owner(path: Path) -> str:
    """Whose a file is, for a person."""
    try:
        return f"user {path.owner()}"
    except (KeyError, OSError):
        return "another user"


def runtime_dir(environ: Mapping[str, str], pid: int | None, proc: Path = Path("/proc")) -> Path:
    """The runtime directory that the settings name; of process ``pid``'s user, if none is named and we may look there.

    Raises ObsError.
    """
    config = Config.load(environ)
    named = dict(config.sources).get("runtime_dir", "default") != "default"
    if pid is None or named:
        return config.runtime_dir
    try:
        user = (proc / str(pid)).stat().st_uid
    except OSError:
        return config.runtime_dir  # it is dead, or of another machine: its blocks may still be here
    theirs = config.runtime_dir.with_name(config.runtime_dir.name.replace(str(os.getuid()), str(user)))
    if user not in (os.geteuid(), os.getuid()) and os.geteuid() != 0:
        raise ObsError(f"process {pid} belongs to user {user}; run obs blocks as that user")
    return theirs


def wanted(files: list[RingFile], pid: int | None, service: str | None) -> list[RingFile]:
    """The rings of a process or of its descendants, or of a service; all if neither is asked for. Raises ObsError.

    What was seen from outside is in other rings, which are always among them.
    """
    own = [file for file in files if file.identity.get("role") != HOST]
    if pid is not None:
        chosen = [file for file in own if pid in (file.pid, *ancestors(file.pid))]
        problem = f"process {pid} has no record here"
    else:
        chosen = [file for file in own if service in (None, file.identity.get("service"))]
        problem = f"service {service} has no record here"
    if own and not chosen:
        names = sorted({f"{file.pid} ({file.identity.get('service')})" for file in own})
        raise ObsError(f"{problem}; there are {', '.join(names[:20])}")
    return chosen + [file for file in files if file.identity.get("role") == HOST]


def asked(block: Block, pid: int | None, service: str | None) -> bool:
    """Whether a block is of that process or its descendants, or of that service."""
    if pid is not None:
        return pid in (block.pid, *ancestors(block.pid))
    return service in (None, block.service)


def ancestors(pid: int) -> list[int]:
    """The pids of a living process's parent, its parent, and so on."""
    found: list[int] = []
    with suppress(OSError, ValueError, IndexError):
        while pid > 1 and len(found) < 100:
            pid = int(Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[1])
            found.append(pid)
    return found
