"""Which Python runs the service, and what that one has: asked of the interpreter itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGES = (
    "obs",
    "gevent",
    "greenlet",
    "gunicorn",
    "flask",
    "prometheus-client",
    "opentelemetry-api",
    "opentelemetry-sdk",
    "opentelemetry-instrumentation-flask",
)

PROBE = """
import importlib.metadata, json, sys
def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
found = {name: version(name) for name in sys.argv[1:]}
print(json.dumps({"python": ".".join(map(str, sys.version_info[:3])), "packages": found}))
"""


@dataclass(frozen=True, slots=True)
class Target:
    """An interpreter, and the versions that it would import."""

    python: str = sys.executable
    flags: tuple[str, ...] = ()
    """What the command or its first line (``#!``) passes to the interpreter."""
    version: str = ""
    packages: Mapping[str, str | None] = field(default_factory=dict)
    problem: str = ""
    """Why it could not be asked."""

    @classmethod
    def of(cls, command: tuple[str, ...], environ: Mapping[str, str]) -> Target:
        """The interpreter of ``command``, and what it has."""
        python, flags = interpreter(command, environ)
        try:
            answer = ask(python, environ)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            return cls(python, flags, problem=f"{type(error).__name__}: {error}")
        return cls(python, flags, answer["python"], answer["packages"])


def ask(python: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """The probe's answer. Raises if ``python`` can't run it within 20 s."""
    done = subprocess.run(
        [python, "-c", PROBE, *PACKAGES], env=dict(environ), capture_output=True, text=True, timeout=20, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def interpreter(command: tuple[str, ...], environ: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The Python that runs ``command`` and its flags: by its name, by its first line, or else our own."""
    if not command:
        return sys.executable, ()
    found = shutil.which(command[0], path=environ.get("PATH"))
    if found is None:
        return sys.executable, ()
    if is_python(found):
        return found, flags(command[1:])
    words = first_line(Path(found))
    if words and Path(words[0]).name == "env":
        words = [shutil.which(words[1], path=environ.get("PATH")) or words[1], *words[2:]] if len(words) > 1 else []
    if words and is_python(words[0]):
        return words[0], flags(tuple(words[1:]))
    return sys.executable, ()


def first_line(path: Path) -> list[str]:
    """The words after ``#!``; none if it is no script."""
    with path.open("rb") as file:
        line = file.readline(1024)
    return line[2:].decode(errors="replace").split() if line.startswith(b"#!") else []


def is_python(path: str) -> bool:
    return Path(path).name.startswith(("python", "pypy"))


def flags(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The interpreter's own options at the front of ``arguments``, without the values of -W and -X."""
    found = []
    words = iter(arguments)
    for word in words:
        if not word.startswith("-") or word in ("-", "-c", "-m"):
            break
        found.append(word)
        if word in ("-W", "-X", "--check-hash-based-pycs"):
            next(words, None)
        elif not word.startswith(("--", "-W", "-X")) and word[-1] in "cm":
            break
    return tuple(found)
