"""What is set of the continuous profile, and of where it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

Pairs = tuple[tuple[str, str], ...]

FOLDER = "profiles"
"""In the runtime folder, beside the folders of runs, which have a ``-`` in their names."""


class Profile(NamedTuple):
    """The continuous profile of ``obs run --profile``."""

    on: bool
    rate: int
    """Looks a second at each process."""
    window: float
    """Seconds of each of its recordings."""
    keep: float
    """Seconds for which they are kept."""
    size: int
    """Bytes that all of a service's may take."""
    folder: Path
    """Where they are, in a folder for each service."""

    def __str__(self) -> str:
        return f"{self.rate} Hz, windows of {self.window:g} s" if self.on else "off"


class Pyroscope(NamedTuple):
    """A server that takes profiles as Pyroscope does. ``repr`` tells no secret."""

    endpoint: str
    """Its base, without a user name in it; ``/ingest`` is added."""
    user: str
    password: str
    tenant: str
    headers: Pairs
    timeout: float
    """Seconds that one request may take."""

    def __str__(self) -> str:
        """The endpoint without a query."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}{parts.path}"

    def __repr__(self) -> str:
        return str(self)


def profile(found: Mapping[str, Any]) -> Profile:
    """From the settings' values."""
    return Profile(
        found["profile"],
        found["profile_rate"],
        found["profile_window"],
        found["profile_keep"],
        found["profile_size"],
        found["profile_dir"] or found["runtime_dir"] / FOLDER,
    )


def pyroscope(found: Mapping[str, Any]) -> Pyroscope | None:
    """From the settings' values; None without an endpoint. A user name and a password may stand in it, too."""
    if not found["pyroscope"]:
        return None
    parts = urlsplit(found["pyroscope"])
    return Pyroscope(
        parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(),
        found["pyroscope_user"] or unquote(parts.username or ""),
        found["pyroscope_password"] or unquote(parts.password or ""),
        found["pyroscope_tenant"] or "",
        found["pyroscope_headers"] or (),
        found["pyroscope_timeout"],
    )
