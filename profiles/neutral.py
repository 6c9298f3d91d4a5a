"""Recordings that say nothing of the machine they were made on: they are the same guide for everybody."""

from __future__ import annotations

import sysconfig
from dataclasses import replace
from pathlib import Path

import obs
from obs.profiling.session import Session
from profiles.gallery import FOLDER, Program

VENV = "/srv/venv/lib/python3.11/site-packages"
PLACES = (
    (str(Path(obs.__file__).parent), f"{VENV}/obs"),
    (sysconfig.get_path("purelib"), VENV),
    (sysconfig.get_path("stdlib"), "/usr/lib/python3.11"),
)
"""Folders of this machine, and where they would be on a server."""


def neutral(session: Session, program: Program, folder: Path) -> Session:
    """With the paths of a server; ``folder`` is where the program's code is."""
    gunicorn = " ".join(("gunicorn -k gevent -w 1", *program.server, "app:app"))
    return replace(
        session,
        host="",
        processes=tuple(process._replace(command=gunicorn) for process in session.processes),
        frames=tuple(frame._replace(file=text(frame.file, program, folder)) for frame in session.frames),
    )


def text(said: str, program: Program, folder: Path) -> str:
    """The same for what a command has printed."""
    own = ((str(folder), f"/srv/{program.service}"), (f"{FOLDER.name}/{program.name}/", ""))
    for here, there in (*own, *PLACES):
        said = said.replace(here, there)
    return said
