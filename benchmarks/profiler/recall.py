"""Whether the first line of the report names the hotspot: the gallery's programs, run now."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.accounting.found import Found
from benchmarks.harness import Budget, Column, Row, Table

SECONDS = 8.0

COLUMNS = (
    Column("title", "program"),
    Column("hotspot", "hotspot"),
    Column("found", "first line names it"),
)


def run(quick: bool) -> Found:
    from profiles.gallery import PROGRAMS

    programs = PROGRAMS[:2] if quick else PROGRAMS
    rows = tuple(measured(programs))
    right = sum(each["found"] == "yes" for each in rows)
    title = f"The gallery's programs, each run now and recorded for {SECONDS:g} s"
    budget = Budget("hotspots that are the first line of the report", right, len(rows), f"of {len(rows)}", "at least")
    return Found((Table(title, COLUMNS, rows),), (budget,))


def measured(programs: object) -> Iterator[Row]:
    from profiles.gallery import Program
    from profiles.recall import finds, headline, live

    for program in programs:  # type: ignore[attr-defined]
        assert isinstance(program, Program)
        session = live(program, SECONDS)
        said = "yes" if finds(session, program.hotspot) else f"no: {headline(session)}"
        hotspot = f"{program.hotspot.view}, {program.hotspot.function}, {program.hotspot.work}"
        yield {"title": program.name, "hotspot": hotspot, "found": said}
