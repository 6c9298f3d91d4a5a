"""The gallery: its list, folders, recordings, pictures and pages agree, and each report names the hotspot first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from obs.profiling.file import read
from obs.profiling.options import EVERYTHING
from obs.profiling.render.renderers import RENDERERS
from obs.profiling.session import Session
from profiles import pages
from profiles.gallery import FOLDER, PROGRAMS, Program
from profiles.mending import mended
from profiles.recall import finds, headline

RENDERED = dict(pages.rendered())
OF_A_SERVER = ("/srv/", "/usr/lib/python3.11/")


@pytest.fixture(params=PROGRAMS, ids=lambda each: each.name)
def program(request) -> Program:
    return request.param


def test_every_folder_is_of_a_program():
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {each.name for each in PROGRAMS}
    assert len(PROGRAMS) >= 11


def test_a_folder_has_what_belongs_there_and_nothing_else(program):
    outputs = (program.output(command).name for command in program.also)
    files = {"app.py", "README.md", program.session.name, program.mended.name, program.picture.name, *outputs}
    assert {path.name for path in program.folder.iterdir() if path.name != "__pycache__"} == files


@pytest.mark.parametrize("path", RENDERED, ids=lambda path: str(path.relative_to(FOLDER)))
def test_pictures_and_pages_are_what_the_recordings_say(path):
    assert path.read_bytes() == RENDERED[path], "run `python -m profiles render`"


def test_the_first_line_of_the_report_is_the_hotspot(program):
    session = read(program.session)
    assert finds(session, program.hotspot), headline(session)


@pytest.mark.parametrize("renderer", RENDERERS, ids=lambda each: each.ending)
def test_every_format_can_be_made_of_each_recording(renderer, program):
    assert renderer.render(read(program.session), EVERYTHING)


def test_the_mended_program_spends_less_than_half_of_it(program):
    before, after = (spent(read(file), program) for file in (program.session, program.mended))
    assert after < before / 2


def spent(session: Session, program: Program) -> float:
    """Seconds per call of the hotspot's work, in its view."""
    work = program.hotspot.work
    return session.totals[work].get(program.hotspot.view, 0.0) / session.calls[work]


def test_the_page_has_a_change_that_fits_the_program(program):
    compile(mended(program), f"{program.name}/app.py", "exec")


def test_the_page_says_how_it_looks_how_one_knows_and_what_to_do(program):
    page = (program.folder / "README.md").read_text()
    assert re.findall(r"^## (.*)", page, re.MULTILINE) == ["How it looks", "How you know", "What to do"]
    assert f"({program.picture.name})" in page
    assert "(app.py)" in page
    assert f"$ obs profile --service {program.service}" in page
    for command in program.also:
        assert f"$ {command}" in page


def test_programs_are_small(program):
    lines = (program.folder / "app.py").read_text().splitlines()
    assert len(lines) < 60


def test_recordings_say_nothing_of_the_machine_they_were_made_on(program):
    for session in (read(program.session), read(program.mended)):
        assert session.host == ""
        files = {frame.file for frame in session.frames if frame.file.startswith("/")}
        assert not [file for file in files if not file.startswith(OF_A_SERVER)]
        assert all(process.command.startswith("gunicorn") for process in session.processes)
    for command in program.also:
        text = program.output(command).read_text()
        assert str(Path.home()) not in text
        assert str(FOLDER) not in text


def test_the_gallery_is_small():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if "__pycache__" not in path.parts) < 2_000_000
