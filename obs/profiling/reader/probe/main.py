"""All that is looked for, one after the other."""

from __future__ import annotations

import platform
import sys
from typing import Any

from obs.profiling.reader.probe.frames import Waiting, frames
from obs.profiling.reader.probe.greenlets import greenlets
from obs.profiling.reader.probe.objects import codes, dictionaries, leaving, types
from obs.profiling.reader.probe.spawned import spawned
from obs.profiling.reader.probe.texts import byte_strings, texts
from obs.profiling.reader.probe.threads import threads
from obs.profiling.reader.probe.words import NotFoundError


def probe(site: str) -> dict[str, Any]:
    """What a :class:`~obs.profiling.reader.layout.Layout` is made of; or ``{"missing": WHAT}``.

    ``site``: the folder from which greenlet and gevent are imported; empty for neither.
    """
    if sys.version_info < (3, 11) or sys.implementation.name != "cpython":
        return {"missing": "CPython 3.11 or later"}
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return {"missing": "a GIL (free-threaded builds are not read yet)"}
    try:
        found = interpreter()
        return found | (libraries(site, found["frame_own"]) if site else {})
    except NotFoundError as missing:
        return {"missing": str(missing)}


def interpreter() -> dict[str, Any]:
    """What is CPython's own."""
    waiting = Waiting()
    try:
        of_frames = frames(waiting.stacks())
        of_threads = threads(waiting, of_frames["frame_own"])
    finally:
        waiting.end()
    return {
        "python": platform.python_version(),
        **of_frames,
        **of_threads,
        **texts(),
        **byte_strings(),
        **types(),
        **codes(),
        **dictionaries(),
        **leaving(),
    }


def libraries(site: str, frame_own: int) -> dict[str, Any]:
    """What is greenlet's and gevent's; of gevent nothing if it can't be imported alone."""
    sys.path.append(site)
    found = greenlets(frame_own)
    try:
        return found | spawned()
    except (ImportError, AttributeError, NotFoundError):
        return found
