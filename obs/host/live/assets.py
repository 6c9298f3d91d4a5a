"""The page's files, served by name from an explicit list, and only if the browser has not the same already."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from obs.host.live.answer import Answer
from obs.host.live.refused import Refused
from obs.host.live.request import Request

Listed = Mapping[str, tuple[Path, str]]
"""By address: the file and its media type."""


def listed() -> Listed:
    """The files of this version's page."""
    from obs.host.live.page import FILES

    return FILES


class Assets:
    """Each file is read once, when it is first asked for."""

    def __init__(self, files: Listed) -> None:
        self._files = files
        self._read: dict[str, tuple[str, bytes]] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def answer(self, request: Request) -> Answer:
        """The file, or that the browser's copy is right. Raises Refused."""
        tag, body = self._content(request.path)
        # A browser may keep it, and asks each time: after an upgrade no old script talks to a new API.
        headers = (("Content-Type", self._files[request.path][1]), ("ETag", tag), ("Cache-Control", "no-cache"))
        known = [part.strip().removeprefix("W/") for part in request.headers.get("IF_NONE_MATCH", "").split(",")]
        return Answer(304, headers) if tag in known else Answer(200, headers, body)

    def _content(self, path: str) -> tuple[str, bytes]:
        if path not in self._read:
            try:
                body = self._files[path][0].read_bytes()
            except OSError:
                raise Refused(404, f"{path} is missing in this installation of obs", "install obs again") from None
            self._read[path] = f'"{sha256(body).hexdigest()[:32]}"', body
        return self._read[path]
