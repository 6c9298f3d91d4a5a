"""The changes, done to the folder: each file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from obs.errors import ObsError
from obs.generate.output import manifest
from obs.generate.output.change import Change


def write(folder: Path, changes: Sequence[Change]) -> None:
    """Raises ObsError for a folder that can't be written; what was done until then stays, and a second run mends it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for change in changes:
            if change.deed in ("new", "changed"):
                put(folder / change.path, change.after)
        list_what_is_ours(folder, changes)
        for change in changes:
            if change.deed == "removed":
                remove(folder, folder / change.path)
    except OSError as error:
        raise ObsError(f"{error.filename or folder}: can't be written ({error.strerror})") from None


def list_what_is_ours(folder: Path, changes: Sequence[Change]) -> None:
    """The manifest, before anything is removed: a run that is cut off leaves too much, never somebody else's."""
    ours = {change.path: change for change in changes if change.deed in ("new", "changed", "same")}
    text = manifest.text({path: manifest.digest(change.after.encode()) for path, change in ours.items()})
    path = folder / manifest.NAME
    if not path.exists() or path.read_text() != text:
        put(path, text)


def put(path: Path, text: str) -> None:
    """Atomic: a reader sees the old file or the new one. It has the old one's permissions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".obs-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o666 & ~umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def umask() -> int:
    """Which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def remove(folder: Path, path: Path) -> None:
    """The file, and the folders that it leaves empty."""
    path.unlink(missing_ok=True)
    for parent in path.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()
