"""The one list of formats, and which one a file's name asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from obs.profiling.file import write_bytes
from obs.profiling.options import EVERYTHING, Options
from obs.profiling.render import collapsed, html, pprof, session_json, speedscope, svg, text
from obs.profiling.session import Session, SessionError


@dataclass(frozen=True, slots=True)
class Renderer:
    """A format."""

    ending: str
    """Of the file's name."""
    what: str
    render: Callable[[Session, Options], bytes]


RENDERERS: tuple[Renderer, ...] = (
    Renderer(".html", "a page: flame graphs of all views, a table by work, search; one file", html.render),
    Renderer(".svg", "a static picture of the flame graphs", svg.render),
    Renderer(".txt", "a report of what is hottest", text.render),
    Renderer(".speedscope.json", "for speedscope.app", speedscope.render),
    Renderer(".pb.gz", "for go tool pprof, Pyroscope, Grafana", pprof.render),
    Renderer(".collapsed", "for flamegraph.pl", collapsed.render),
    Renderer(".json", "the session itself, for obs profile show and diff", session_json.render),
    Renderer(".json.gz", "the same, compressed", session_json.render_compressed),
)
"""The longest ending that fits decides."""


def for_path(path: Path) -> Renderer:
    """The renderer for a file of that name. Raises SessionError."""
    fitting = [each for each in RENDERERS if path.name.lower().endswith(each.ending)]
    if not fitting:
        endings = ", ".join(each.ending for each in RENDERERS)
        raise SessionError(f"{path}: nothing is known of a file that ends so; the endings are {endings}")
    return max(fitting, key=lambda each: len(each.ending))


def save(session: Session, path: Path, options: Options = EVERYTHING) -> None:
    """Write ``session`` to ``path``, in the format of its ending. Raises SessionError."""
    write_bytes(for_path(path).render(session, options), path)
