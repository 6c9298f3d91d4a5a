"""An incident file: what the API has answered at one moment, in one file that opens offline in the same page.

Gzipped JSON: ``{"format": "obs.incident", "version": 1, "saved": …, "answers": {"state": …, "now": …, …}}``.
"""

from __future__ import annotations

import gzip
import json
import re
import time
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from obs.errors import ObsError

FORMAT = "obs.incident"
VERSION = 1
"""Another version is another format, and is not read."""

ENDING = ".obs-incident.json.gz"

LARGEST = 256 << 20
"""Bytes of it unpacked: a file that claims to be more is not ours."""

PARTS = {
    "state": dict,
    "now": dict,
    "history": dict,
    "work": dict,
    "loop": dict,
    "slow": dict,
    "request": dict,
    "profile": dict,
    "greenlets": dict,
}
"""What has to be in it."""


class Source(Protocol):
    """Who answers: see :class:`obs.host.live.api.Api`."""

    def everything(self) -> dict[str, Any]: ...


def gathered(source: Source) -> dict[str, Any]:
    """The file's content."""
    answers = source.everything()
    return {
        "format": FORMAT,
        "version": VERSION,
        "obs": answers["state"].get("obs", ""),
        "saved": round(time.time(), 3),
        "answers": answers,
    }


def packed(content: dict[str, Any]) -> bytes:
    """The file."""
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)


def read(path: Path) -> dict[str, Any]:
    """The content of the file at ``path``. Raises ObsError that says what is wrong with it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ObsError(f"{path}: {error.strerror or error}; give a file that the live view has saved") from None
    return checked(unpacked(data, path), path)


def unpacked(data: bytes, path: Path) -> Any:
    """The JSON in it, compressed or not."""
    try:
        if data[:2] == b"\x1f\x8b":
            with gzip.open(BytesIO(data)) as file:
                data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ObsError(f"{path}: over {LARGEST >> 20} MB unpacked; no incident file of obs is so large")
        return json.loads(data)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise ObsError(f"{path}: it is cut off or damaged; copy it again from where it was saved") from None
    except (ValueError, RecursionError):
        raise ObsError(f"{path}: no incident file of obs (not JSON); save one in the live view, under Export") from None


def checked(content: Any, path: Path) -> dict[str, Any]:
    """``content`` if it is what :func:`gathered` makes, of this version."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        told = content.get("format") if isinstance(content, dict) else None
        also = "; show it with obs profile show" if told == "obs.profile" else ""
        raise ObsError(f"{path}: no incident file of obs{also or '; save one in the live view, under Export'}")
    if content.get("version") != VERSION:
        raise ObsError(
            f"{path}: an incident file of version {str(content.get('version'))[:20]}, this obs reads {VERSION}; "
            f"open it with obs {str(content.get('obs', ''))[:20] or 'of that version'}"
        )
    answers = content.get("answers")
    for part, kind in PARTS.items():
        if not isinstance(answers, dict) or not isinstance(answers.get(part), kind):
            raise ObsError(f"{path}: its part {part} is missing or damaged; save it again")
    return content


def slug(service: str) -> str:
    """``service`` fit for a file name in a header."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", service).strip(".-")[:40] or "service"
