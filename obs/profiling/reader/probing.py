"""A process's layout: what is kept or published; else its own interpreter is run on the probe, once for each build.

The interpreter runs as the process's own user, isolated, on our text alone: ``-I -S -c``. It never touches the process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from obs.profiling.reader import confined, kept, probe
from obs.profiling.reader.errors import ReaderError
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.mappings import DELETED, Mapping, mappings
from obs.profiling.reader.program import Program, program

MODULES = (
    ("memory", "obs.profiling.reader.memory"),
    ("probe/words", "obs.profiling.reader.probe.words"),
    ("probe/texts", "obs.profiling.reader.probe.texts"),
    ("probe/objects", "obs.profiling.reader.probe.objects"),
    ("probe/frames", "obs.profiling.reader.probe.frames"),
    ("probe/threads", "obs.profiling.reader.probe.threads"),
    ("probe/greenlets", "obs.profiling.reader.probe.greenlets"),
    ("probe/spawned", "obs.profiling.reader.probe.spawned"),
    ("probe/main", "obs.profiling.reader.probe.main"),
)
"""What the interpreter gets to run, in this order: each needs those before it only."""

LOADER = """
import json, sys, types
asked = json.load(sys.stdin)
for name in ("obs", "obs.profiling", "obs.profiling.reader", "obs.profiling.reader.probe"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = []
for name, text in asked["modules"]:
    sys.modules[name] = module = types.ModuleType(name)
    exec(compile(text, name, "exec"), module.__dict__)
print(json.dumps(module.probe(asked["site"])))
"""

PATIENCE = 20.0
"""Seconds that it may take; it takes about 0.4, with gevent."""

_known: dict[str, Layout] = {}


def layout(pid: int, maps: Sequence[Mapping], cache: Path | None = None) -> Layout:
    """Of process ``pid``. ``cache``: a folder in which layouts are kept. Raises ReaderError with the reason."""
    found = program(pid, maps)
    key = found.identity(str(probe_text()))
    return ready(found, maps, cache, key) or probed(found, cache, key)


def ready(found: Program, maps: Sequence[Mapping], cache: Path | None, key: str) -> Layout | None:
    """What is there already. What is published is of that process: the same build in another's is not read by it."""
    if key not in _known and cache is not None and (own := kept.read(cache, key)):
        _known[key] = own
    return _known.get(key) or kept.published(found.pid, maps, key, Owner.of(found.pid).uid)


def publish(pid: int, run_dir: Path, cache: Path | None = None) -> None:
    """Leave the layout of process ``pid`` in a run's folder, for who may not run its interpreter, or has no time.

    Raises ReaderError or OSError.
    """
    maps = mappings(pid)
    key = program(pid, maps).identity(str(probe_text()))
    folder = run_dir / kept.PUBLISHED
    if not kept.read(folder, key):
        kept.write(folder, key, layout(pid, maps, cache))


def probe_text() -> list[list[str]]:
    """The modules, each with its text."""
    folder = Path(probe.__file__).parents[1]
    return [[name, (folder / f"{file}.py").read_text()] for file, name in MODULES]


def probed(found: Program, cache: Path | None, key: str) -> Layout:
    pid, answer = found.pid, run(found)
    if "missing" in answer:
        raise ReaderError(f"process {pid}: this build of Python is not understood: {answer['missing']} was not found")
    try:
        made = _known[key] = Layout.of(answer)
    except (TypeError, ValueError, KeyError) as error:
        raise ReaderError(f"process {pid}: its interpreter's answer is not understood: {error!r:.200}") from None
    if cache is not None:
        kept.write(cache, key, made)
    return made


def run(found: Program) -> dict[str, Any]:
    """What the probe says in the process's interpreter, run as its user. Raises ReaderError."""
    pid, path = found.pid, found.path
    asked = json.dumps({"site": found.site, "modules": probe_text()})
    try:
        done = subprocess.run(
            input=asked,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            cwd="/",
            check=False,
            **started(found),
        )
        answer = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    except subprocess.TimeoutExpired:
        raise ReaderError(f"process {pid}: {path} has found nothing in {PATIENCE:.0f} s") from None
    except (OSError, ValueError) as error:
        raise ReaderError(f"process {pid}: {path} can't be asked for its layout: {error}") from None
    if not isinstance(answer, dict) or not answer:
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise ReaderError(f"process {pid}: {path} can't be asked for its layout: {last[:200]}")
    return answer


def started(found: Program) -> dict[str, Any]:
    """How its interpreter is started, for :func:`subprocess.run`. Raises ReaderError or OSError.

    The process's environment says only where its libraries are: it must not reach a program that runs as root.
    """
    if found.path.endswith(DELETED):
        path = found.path.removesuffix(DELETED)
        raise ReaderError(f"process {found.pid}: {path} has been replaced since the process started: start it again")
    command, owner = [found.path, "-I", "-S", "-c", LOADER], Owner.of(found.pid)
    folders = library_path(found.pid)
    if same_files(found.pid):
        who = {"user": owner.uid, "group": owner.gid, "extra_groups": []} if os.geteuid() == 0 != owner.uid else {}
        return {"args": command, "env": {"LD_LIBRARY_PATH": folders} if folders else {}, **who}
    if os.geteuid() != 0:
        raise ReaderError(f"process {found.pid} is in another container: run this there, or as root on its host")
    numbers = (found.pid, owner.uid, owner.gid)
    return {"args": [sys.executable, "-I", "-S", confined.__file__, *map(str, numbers), folders, *command], "env": {}}


class Owner(NamedTuple):
    """The real user and group of a process. Its folder in /proc is root's if it can't be dumped."""

    uid: int
    gid: int

    @classmethod
    def of(cls, pid: int) -> Owner:
        """Raises OSError."""
        lines = (line.split() for line in Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines())
        found = {line[0]: int(line[1]) for line in lines if line and line[0] in ("Uid:", "Gid:")}
        return cls(found["Uid:"], found["Gid:"])


def same_files(pid: int) -> bool:
    """Whether it sees our files under our names. Raises OSError."""
    theirs, ours = Path(f"/proc/{pid}"), Path("/proc/self")
    same = (theirs / "ns/mnt").readlink() == (ours / "ns/mnt").readlink()
    return same and (theirs / "root").samefile(ours / "root")


def library_path(pid: int) -> str:
    """Where its libraries are, should the process have been told."""
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            name, _, value = entry.decode(errors="replace").partition("=")
            if name == "LD_LIBRARY_PATH":
                return value
    return ""
