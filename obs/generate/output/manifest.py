"""The list of what an earlier `obs generate` wrote into a folder, so that it takes away no other file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from obs.errors import ObsError

NAME = ".obs-generate.json"


def read(folder: Path) -> dict[str, str]:
    """The digest of each file as it was written, by path; none if nothing was. Raises ObsError for what is no list."""
    try:
        found = json.loads((folder / NAME).read_text())["files"]
        if not all(isinstance(digest, str) and inside(path) for path, digest in found.items()):
            raise ValueError
        return dict(found)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ObsError(f"{folder / NAME}: is no list of obs generate; delete it: then nothing is removed") from None


def text(files: Mapping[str, str]) -> str:
    """The manifest of these digests."""
    return json.dumps({"files": dict(sorted(files.items()))}, indent=1) + "\n"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def inside(path: str) -> bool:
    """Whether it stays below the folder."""
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts
