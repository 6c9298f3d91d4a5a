"""The one list of formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from obs.errors import ObsError
from obs.generate.lint.exclusions import NAME, OWN
from obs.generate.output.content import Content
from obs.generate.output.file import File
from obs.generate.output.files import files
from obs.generate.output.kubernetes import objects
from obs.generate.setup import Setup

Format = Callable[[Content, Setup, str], Iterable[File]]
"""From the content, the site's wishes and a lone service's name (or nothing) to the files."""

FORMATS: Mapping[str, Format] = {"files": files, "kubernetes": objects}


def written(name: str, content: Content, setup: Setup, service: str = "") -> list[File]:
    """The files of that format, with those that every format has: runbooks, and what obs lint is to let pass."""
    found = [*FORMATS[name](content, setup, service), *everywhere(content)]
    paths = [file.path for file in found]
    twice = next((path for path in paths if paths.count(path) > 1), "")
    if twice:
        raise ObsError(f"{twice}: two things would be called so; rename one")
    return found


def everywhere(content: Content) -> Iterable[File]:
    for name, text in content.runbooks.items():
        yield File(f"runbooks/{name}", text)
    yield File(NAME, OWN.read_text(encoding="utf-8"))
