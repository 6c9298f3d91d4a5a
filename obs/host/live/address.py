"""Where a run's live view is, with its token: a file in the run's folder, which is the user's alone."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

ADDRESS = "live.url"


def write_address(folder: Path, url: str, token: str) -> None:
    """Leave the address for ``obs live`` and ``obs demo``, readable by the user alone. Raises OSError."""
    path = folder / ADDRESS
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:  # noqa: PTH123
        file.write(f"{url}?token={token}\n")


def read_address(folder: Path) -> str | None:
    """What :func:`write_address` left; None if there is no live view of that run, or it isn't ours to see."""
    with suppress(OSError, UnicodeDecodeError):
        return (folder / ADDRESS).read_text().strip() or None
    return None
