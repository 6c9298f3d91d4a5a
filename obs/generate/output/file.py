"""One generated file."""

from __future__ import annotations

from typing import NamedTuple


class File(NamedTuple):
    """A path below the folder, with ``/``, and all its text."""

    path: str
    text: str
