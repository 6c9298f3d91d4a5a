"""A session as a file: JSON, compressed by gzip if its name ends in ``.gz``.

{"format": "obs.profile", "version": 1, "service": "chat-api", …
 "frames": [["show", "app/views.py", 41, "python"], …],
 "stacks": [[0, 1, 2], …],                      indexes into frames, the outermost first
 "samples": [[0, "GET /a", "cpu", 0.01, …], …]}  an index into stacks, then the other fields of a Sample in order
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

from obs.profiling.checking import check
from obs.profiling.session import Frame, Process, Sample, Session, SessionError

FORMAT = "obs.profile"
VERSION = 1
"""Another version is another format, and is not read."""

PLAIN = ("service", "env", "service_version", "host", "started", "duration", "source")
MAPPINGS = ("rates", "totals", "calls", "lost")


def write(session: Session, path: Path) -> None:
    """Write it, as a whole or not at all. Raises SessionError."""
    data = encoded(session)
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    write_bytes(data, path)


def write_bytes(data: bytes, path: Path) -> None:
    """A file with ``data``, which nobody sees half-written; readable by its owner only. Raises SessionError."""
    write_to = _through if path.exists() and not path.is_file() else _beside  # /dev/stdout, a pipe
    try:
        write_to(path, data)
    except OSError as error:
        raise SessionError(f"{path} can't be written: {error.strerror or error}") from None


def _through(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _beside(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{token_hex(8)}")
    # Nobody has prepared that name: in a folder of everybody's it might lead elsewhere.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(beside, flags, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor
            file.write(data)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read(path: Path) -> Session:
    """The session in a file. Raises SessionError: no such file, not one of ours, cut off, of another version."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SessionError(f"{path} can't be read: {error.strerror or error}") from None
    try:
        return loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    except SessionError as error:
        raise SessionError(f"{path}: {error}") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise SessionError(f"{path} is cut off or damaged: its gzip stream has no end; record it again") from None


def encoded(session: Session) -> bytes:
    """In UTF-8. What a name has that isn't text, the bytes of a path in another encoding, is ``?``."""
    return dumps(session).encode(errors="replace")


def dumps(session: Session) -> str:
    """One JSON object, compact."""
    stacks = list(dict.fromkeys(sample.stack for sample in session.samples))
    numbers = {stack: number for number, stack in enumerate(stacks)}
    document = {
        "format": FORMAT,
        "version": VERSION,
        **{name: getattr(session, name) for name in (*PLAIN, *MAPPINGS, "notes", "processes", "frames")},
        "stacks": stacks,
        "samples": [(numbers[sample.stack], *sample[1:]) for sample in session.samples],
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def loads(text: str | bytes) -> Session:
    """The session in a JSON text. Raises SessionError."""
    document = parse(text)
    try:
        session = build(document)
        check(session)
    except (KeyError, ValueError, TypeError, IndexError, OverflowError) as error:
        what = f"{type(error).__name__}: {error}"
        raise SessionError(f"it says that it is an obs profile, but it is damaged ({what}); record it again") from None
    return session


def parse(text: str | bytes) -> dict[str, Any]:
    """The JSON object, if it is of our format and version."""
    try:
        document = json.loads(text)
    except UnicodeDecodeError:
        document = None
    except ValueError as error:
        if FORMAT in str(text[:200]):
            raise SessionError(f"an obs profile that is cut off or damaged ({error}); record it again") from None
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SessionError("not an obs profile; `obs profile PID -o x.json` records one")
    if document.get("version") != VERSION:
        found = document.get("version")
        raise SessionError(
            f"an obs profile of version {found}, and this obs reads {VERSION}; use the obs that wrote it"
        )
    return document


def build(document: Mapping[str, Any]) -> Session:
    stacks = [tuple(int(at) for at in stack) for stack in document["stacks"]]
    return Session(
        **{name: document[name] for name in (*PLAIN, *MAPPINGS)},
        notes=tuple(document["notes"]),
        processes=tuple(Process(*process) for process in document["processes"]),
        frames=tuple(Frame(*frame) for frame in document["frames"]),
        samples=tuple(Sample(stacks[sample[0]], *sample[1:]) for sample in document["samples"]),
    )
