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
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from obs.profiling.session import KINDS, SOURCES, VIEWS, Frame, Process, Sample, Session, SessionError

FORMAT = "obs.profile"
VERSION = 1
"""Another version is another format, and is not read."""

PLAIN = ("service", "env", "service_version", "host", "started", "duration", "source")
MAPPINGS = ("rates", "totals", "calls", "lost")


def write(session: Session, path: Path) -> None:
    """Write it, as a whole or not at all. Raises SessionError."""
    data = dumps(session).encode()
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    write_bytes(data, path)


def write_bytes(data: bytes, path: Path) -> None:
    """A file with ``data``, which nobody sees half-written; readable by its owner only. Raises SessionError."""
    if path.exists() and not path.is_file():  # /dev/stdout, a pipe
        _try(path, lambda: path.write_bytes(data))
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor
            file.write(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SessionError(f"{path} can't be written: {error.strerror or error}") from None


def _try(path: Path, do: Callable[[], object]) -> None:
    try:
        do()
    except OSError as error:
        raise SessionError(f"{path} can't be written: {error.strerror or error}") from None


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
    except (KeyError, ValueError, TypeError, IndexError) as error:
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


def check(session: Session) -> None:
    """Raise ValueError or TypeError if a value is of no meaning: renderers rely on what is read."""
    of_type: dict[str, type | tuple[type, ...]] = {"started": (int, float), "duration": (int, float)}
    for each in fields(session):
        wanted = of_type.get(each.name, dict if each.name in MAPPINGS else str if each.name in PLAIN else tuple)
        if not isinstance(getattr(session, each.name), wanted):
            raise TypeError(f"{each.name} is a {type(getattr(session, each.name)).__name__}")
    if session.source not in SOURCES:
        raise ValueError(f"source {session.source!r}")
    for frame in session.frames:
        check_frame(frame)
    for sample in session.samples:
        check_sample(sample, len(session.frames))


def check_frame(frame: Frame) -> None:
    if not isinstance(frame.function, str) or not isinstance(frame.file, str) or not isinstance(frame.line, int):
        raise TypeError(f"frame {frame!r}")
    if frame.kind not in KINDS:
        raise ValueError(f"frame of kind {frame.kind!r}")


def check_sample(sample: Sample, frames: int) -> None:
    if sample.view not in VIEWS:
        raise ValueError(f"sample of view {sample.view!r}")
    if not isinstance(sample.weight, int | float) or not 0 <= sample.weight < float("inf"):
        raise ValueError(f"sample of weight {sample.weight!r}")
    if sample.stack and not 0 <= min(sample.stack) <= max(sample.stack) < frames:
        raise IndexError(f"sample with a frame beyond the {frames} there are")
