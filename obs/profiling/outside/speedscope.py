"""Reads what py-spy writes in speedscope's format: https://www.speedscope.app/file-format-schema.json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from obs.labels import FILE
from obs.profiling.outside.seen import Seen
from obs.profiling.session import Frame, SessionError

_NATIVE = re.compile(r"\.(?:c|cc|cpp|cxx|h|hh|hpp|rs|S)$|\.so(?:\.|$)")
"""Files of machine code, or what it was made of."""


def read(document: bytes) -> list[Seen]:
    """Every look, thread by thread, in order. Raises SessionError for what py-spy has not written."""
    try:
        found = json.loads(document)
        frames = [frame_of(one) for one in found["shared"]["frames"]]
        return [seen for profile in found["profiles"] for seen in looks(profile, frames)]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise SessionError(f"what py-spy wrote can't be read: {error!r}; is its version 0.4?") from error


def frame_of(one: dict[str, Any]) -> Frame | None:
    """A frame; None for the one that py-spy makes up for the thread."""
    name, file = str(one["name"]), str(one.get("file") or "")
    if not file and name.startswith("thread ("):
        return None
    if file == FILE:
        return Frame(name, file, 0, "label")
    native = _NATIVE.search(file) or name.startswith("0x")
    return Frame(name, file, int(one.get("line") or 0), "native" if native else "python")


def looks(profile: dict[str, Any], frames: list[Frame | None]) -> Iterator[Seen]:
    thread, name = thread_of(str(profile["name"]))
    for sample in profile["samples"]:
        stack = tuple(frame for at in sample if (frame := frames[at]) is not None)
        yield Seen(thread, name, stack)


def thread_of(title: str) -> tuple[int, str]:
    """``Thread 4711 "worker"``, the number in decimal or as a pthread's address."""
    found = re.search(r'Thread (0x[0-9A-Fa-f]+|\d+)(?: "(.*)")?', title)
    if found is None:
        return 0, ""
    return int(found.group(1), 0), found.group(2) or ""
