"""What writing would do to a folder: worked out first, then done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from obs.errors import ObsError
from obs.generate.output import manifest
from obs.generate.output.file import File

Deed = Literal["new", "changed", "same", "removed", "kept"]
"""``removed``: an earlier run wrote it and this one doesn't. ``kept``: that too, but somebody has edited it since."""


@dataclass(frozen=True, slots=True)
class Change:
    """One file's fate."""

    path: str
    deed: Deed
    before: str = ""
    after: str = ""
    edited: bool = False
    """Whether what stands there is not what was written: somebody's edit is lost."""


def changes(folder: Path, files: Iterable[File]) -> list[Change]:
    """By path. Raises ObsError for a folder that can't be read, and for what stands in the way."""
    written = manifest.read(folder)
    wanted = {file.path: file.text for file in files}
    found = [change(folder, path, text, written.get(path)) for path, text in wanted.items()]
    found += leftovers(folder, {path: digest for path, digest in written.items() if path not in wanted})
    return sorted(found, key=lambda change: change.path)


def change(folder: Path, path: str, text: str, digest: str | None) -> Change:
    data = content(folder / path)
    if data is None:
        return Change(path, "new", after=text)
    if data == text.encode():
        return Change(path, "same", text, text)
    edited = digest is None or manifest.digest(data) != digest
    return Change(path, "changed", data.decode(errors="replace"), text, edited)


def leftovers(folder: Path, written: dict[str, str]) -> Iterator[Change]:
    for path, digest in written.items():
        data = content(folder / path)
        if data is not None:
            own = manifest.digest(data) == digest
            yield Change(path, "removed" if own else "kept", data.decode(errors="replace"))


def content(path: Path) -> bytes | None:
    """What the file holds; None if there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ObsError(f"{path}: can't be read ({error.strerror}); move it away, or name another folder") from None


def stale(found: Iterable[Change]) -> bool:
    """Whether the folder is not what would be generated."""
    return any(change.deed in ("new", "changed", "removed") for change in found)
