"""What happens to a folder: what is written, left, removed, and never touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from obs.errors import ObsError
from obs.generate.output import manifest, report
from obs.generate.output.change import Change, changes, stale
from obs.generate.output.file import File
from obs.generate.output.write import write

ONE = [File("a/x.yaml", "x\n"), File("y.md", "y\n")]


def generate(folder: Path, files: list[File]) -> list[Change]:
    found = changes(folder, files)
    write(folder, found)
    return found


def deeds(found: list[Change]) -> dict[str, str]:
    return {change.path: change.deed for change in found}


def test_a_second_run_changes_nothing_not_even_a_time(tmp_path: Path) -> None:
    assert deeds(generate(tmp_path, ONE)) == {"a/x.yaml": "new", "y.md": "new"}
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    found = generate(tmp_path, ONE)
    assert deeds(found) == {"a/x.yaml": "same", "y.md": "same"}
    assert not stale(found)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before


def test_what_is_no_longer_generated_goes_with_its_empty_folder_and_other_files_stay(tmp_path: Path) -> None:
    generate(tmp_path, ONE)
    (tmp_path / "mine.yaml").write_text("mine")
    assert deeds(generate(tmp_path, ONE[1:])) == {"a/x.yaml": "removed", "y.md": "same"}
    assert not (tmp_path / "a").exists()
    assert (tmp_path / "mine.yaml").read_text() == "mine"


def test_an_edited_file_is_said_to_be_overwritten_and_kept_if_it_is_no_longer_generated(tmp_path: Path) -> None:
    generate(tmp_path, ONE)
    (tmp_path / "y.md").write_text("mine\n")
    found = changes(tmp_path, ONE)
    assert deeds(found)["y.md"] == "changed"
    assert any("its edits are overwritten" in line for line in report.table(found))
    assert deeds(generate(tmp_path, ONE[:1]))["y.md"] == "kept"
    assert (tmp_path / "y.md").read_text() == "mine\n"
    assert deeds(generate(tmp_path, ONE[:1])) == {"a/x.yaml": "same"}  # it is no longer ours


def test_a_manifest_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "other").write_text("x")
    digest = manifest.digest(b"x")
    (tmp_path / "folder" / manifest.NAME).write_text(json.dumps({"files": {"../other": digest}}))
    with pytest.raises(ObsError, match="no list of obs generate"):
        changes(tmp_path / "folder", ONE)
    assert (tmp_path / "other").exists()


def test_a_folder_in_the_way_of_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "y.md").mkdir()
    with pytest.raises(ObsError, match=r"y\.md: can't be read"):
        changes(tmp_path, ONE)


def test_a_file_in_the_way_of_a_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(ObsError, match="can't be written"):
        generate(tmp_path, ONE)


def test_no_unfinished_file_is_left(tmp_path: Path) -> None:
    generate(tmp_path, ONE)
    assert sorted(path.name for path in tmp_path.iterdir()) == [manifest.NAME, "a", "y.md"]


def test_the_diff_shows_what_would_change(tmp_path: Path) -> None:
    generate(tmp_path, ONE)
    found = changes(tmp_path, [File("a/x.yaml", "z\n"), ONE[1]])
    assert list(report.diff(found)) == ["--- a/a/x.yaml", "+++ b/a/x.yaml", "@@ -1 +1 @@", "-x", "+z"]
    assert (tmp_path / "a/x.yaml").read_text() == "x\n"
