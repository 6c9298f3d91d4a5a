"""The list of formats of a comparison."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from obs.profiling.difference import Difference
from obs.profiling.options import Options
from obs.profiling.render import difference_html, difference_text
from obs.profiling.session import SessionError

Render = Callable[[Difference, Options], bytes]

RENDERS: dict[str, Render] = {".html": difference_html.render, ".txt": difference_text.render}
"""By the ending of a file's name."""


def for_path(path: Path) -> Render:
    """The renderer for a file of that name. Raises SessionError."""
    found = RENDERS.get(path.suffix.lower())
    if found is None:
        raise SessionError(f"{path}: a comparison is not written to a file that ends so; the endings are .html, .txt")
    return found
