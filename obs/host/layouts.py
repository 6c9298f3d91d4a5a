"""Where what is known of interpreters' builds is kept, for the outside reader."""

from __future__ import annotations

import os
from pathlib import Path


def layouts() -> Path | None:
    """The folder in which layouts are kept: they are of this user's interpreters, whatever runs in them.

    None for a user without a home, as those are that a cluster makes up.
    """
    try:
        home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    except RuntimeError:
        return None
    return Path(home) / "obs" / "layouts"
