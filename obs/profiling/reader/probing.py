"""A process's layout: its own interpreter is run on the probe, once for each build; what came of it is kept.

The interpreter runs as the process's own user, isolated, on our text alone: ``-I -S -c``. It never touches the process.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from obs.errors import StoreError
from obs.metrics.folder import make_private
from obs.profiling.reader import probe
from obs.profiling.reader.errors import ForbiddenError, ReaderError
from obs.profiling.reader.layout import Layout
from obs.profiling.reader.mappings import DELETED, Mapping

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
    program = interpreter(pid)
    key = identity(pid, program, maps)
    if key not in _known:
        _known[key] = kept(cache, key) or probed(pid, program, maps, cache, key)
    return _known[key]


def interpreter(pid: int) -> str:
    """The program of a process, which must be CPython's."""
    try:
        program = str(Path(f"/proc/{pid}/exe").readlink())
    except PermissionError:
        raise forbidden(pid) from None
    except OSError:
        raise ReaderError(f"process {pid} has ended, or can't be seen from here") from None
    if "python" not in Path(program).name:
        raise ReaderError(f"process {pid} runs {program}: only CPython's own program can be read, none that embeds it")
    return program


def forbidden(pid: int) -> ForbiddenError:
    """The one line that says what to grant."""
    return ForbiddenError(
        f"process {pid} can't be read: run this as its user with CAP_SYS_PTRACE or as root, set "
        "kernel.yama.ptrace_scope to 0, or start it with obs run, which names who may (obs doctor tells which it is)"
    )


def identity(pid: int, program: str, maps: Sequence[Mapping]) -> str:
    """The same for processes that have the same programs and libraries."""
    parts = [platform.machine(), str(probe_text())]
    for file in (program, *libraries(maps)):
        with suppress(OSError):
            found = Path(f"/proc/{pid}/root{file}").stat()
            parts.append(f"{file} {found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def libraries(maps: Sequence[Mapping]) -> list[str]:
    """The files that a layout depends on. Raises ReaderError if one has been replaced since."""
    names = ("libpython3", "_greenlet.", "_gevent_cgreenlet.")
    found = sorted({each.file for each in maps if Path(each.file).name.startswith(names)})
    gone = next((file for file in found if file.endswith(DELETED)), None)
    if gone is not None:
        raise ReaderError(f"{gone.removesuffix(DELETED)} has been replaced since the process started: start it again")
    return found


def site(maps: Sequence[Mapping]) -> str:
    """The folder from which the process has imported greenlet; empty if it has not."""
    return next((str(Path(f).parents[1]) for f in libraries(maps) if "/_greenlet." in f), "")


def probe_text() -> list[list[str]]:
    """The modules, each with its text."""
    folder = Path(probe.__file__).parents[1]
    return [[name, (folder / f"{file}.py").read_text()] for file, name in MODULES]


def probed(pid: int, program: str, maps: Sequence[Mapping], cache: Path | None, key: str) -> Layout:
    found = run(pid, program, site(maps))
    if "missing" in found:
        raise ReaderError(f"process {pid}: this build of Python is not understood: {found['missing']} was not found")
    try:
        made = Layout.of(found)
    except (TypeError, ValueError, KeyError) as error:
        raise ReaderError(f"process {pid}: its interpreter's answer is not understood: {error!r:.200}") from None
    keep(cache, key, found)
    return made


def run(pid: int, program: str, folder: str) -> dict[str, Any]:
    """What the probe says in the process's interpreter, run as its user. Raises ReaderError."""
    asked = json.dumps({"site": folder, "modules": probe_text()})
    try:
        done = subprocess.run(
            [*within(pid), program, "-I", "-S", "-c", LOADER],
            input=asked,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=environment(pid),
            cwd="/",
            check=False,
            **user(pid),
        )
        found = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    except subprocess.TimeoutExpired:
        raise ReaderError(f"process {pid}: {program} has found nothing in {PATIENCE:.0f} s") from None
    except (OSError, ValueError) as error:
        raise ReaderError(f"process {pid}: {program} can't be asked for its layout: {error}") from None
    if not isinstance(found, dict) or not found:
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise ReaderError(f"process {pid}: {program} can't be asked for its layout: {last[:200]}")
    return found


def within(pid: int) -> list[str]:
    """What goes before the program to run it where the process sees its files. Raises ReaderError."""
    if same_namespace(pid):
        return []
    if os.geteuid() != 0:
        raise ReaderError(f"process {pid} is in another container: run this there, or as root on its host")
    owner = Path(f"/proc/{pid}").stat()
    return ["chroot", f"--userspec={owner.st_uid}:{owner.st_gid}", f"/proc/{pid}/root"]


def same_namespace(pid: int) -> bool:
    """Whether its files are ours."""
    try:
        return Path(f"/proc/{pid}/ns/mnt").readlink() == Path("/proc/self/ns/mnt").readlink()
    except OSError:
        return True


def user(pid: int) -> dict[str, Any]:
    """Who is to run it: the process's user, if we are root and it is not."""
    owner = Path(f"/proc/{pid}").stat()
    if os.geteuid() != 0 or owner.st_uid == 0 or not same_namespace(pid):
        return {}
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def environment(pid: int) -> dict[str, str]:
    """Only where its libraries are, should the process have been told."""
    found = {}
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            name, _, value = entry.decode(errors="replace").partition("=")
            if name == "LD_LIBRARY_PATH":
                found[name] = value
    return found


def kept(cache: Path | None, key: str) -> Layout | None:
    with suppress(OSError, ValueError, TypeError, KeyError):
        if cache is not None:
            return Layout.of(json.loads((cache / f"{key}.json").read_text()))
    return None


def keep(cache: Path | None, key: str, found: dict[str, Any]) -> None:
    """For the next time; that it can't be kept costs that some tenths of a second."""
    with suppress(OSError, StoreError):
        if cache is not None:
            new = make_private(cache) / f"{key}.json.{os.getpid()}"
            new.write_text(json.dumps(found))
            new.replace(cache / f"{key}.json")
