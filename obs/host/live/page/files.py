"""Every file of the page by its address. Nothing else of the disk is served."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import obs.profiling.render.page

HERE = Path(__file__).parent

FLAME = Path(obs.profiling.render.page.__path__[0])
"""The flame graph, its style and the colours are the profile's page's own."""

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

MODULES = (
    "address", "api", "dom", "findings", "format", "grid", "help", "histogram", "loader", "main", "model", "pictures",
    "profiles", "recording", "request", "rows", "series", "stack", "stream", "text", "theme", "top", "views",
    "waterfall", "windows",
)  # fmt: skip
VIEWS = ("export", "jobs", "loop", "now", "slow", "why", "work")
SHARED = ("details", "flame", "trees", "words")


class File(NamedTuple):
    """One file of the page."""

    path: Path
    type: str
    """Its media type."""


def file(path: Path) -> File:
    return File(path, TYPES[path.suffix])


FILES = MappingProxyType(
    {"/": file(HERE / "index.html")}
    | {f"/page/{name}": file(HERE / name) for name in ("icon.svg", "page.css", "views.css")}
    | {f"/page/{name}": file(HERE / name) for name in ("uPlot.js", "uPlot.css", "uPlot.LICENSE.txt")}
    | {f"/page/{name}.js": file(HERE / f"{name}.js") for name in MODULES}
    | {f"/page/views/{name}.js": file(HERE / "views" / f"{name}.js") for name in VIEWS}
    | {f"/page/{name}": file(FLAME / name) for name in ("palette.css", "flame.css")}
    | {f"/page/flame/{name}.js": file(FLAME / f"{name}.js") for name in SHARED}
)
"""Addresses below the root that the page is served at; the page itself asks with relative ones."""
