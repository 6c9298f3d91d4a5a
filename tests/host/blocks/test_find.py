"""Whose blocks are asked for; and one clear line if there is nothing, or nothing that we may see."""

from __future__ import annotations

import os
import subprocess

import pytest

from obs.errors import ObsError
from obs.host.blocks import find
from obs.host.blocks.find import Runs, runtime_dir, wanted
from tests.host.blocks.rings import ring


@pytest.fixture
def base(tmp_path):
    made = tmp_path / "obs"
    made.mkdir(0o700)
    return made


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(ObsError, match="no such folder: nothing has run under obs here; start the service"):
        Runs(tmp_path / "none")


def test_a_folder_without_a_run(base):
    (base / "shop-1").mkdir()
    with pytest.raises(ObsError, match="no service runs under obs"):
        Runs(base)


def test_another_user_s_folder(base, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(base), "iterdir", refused)
    with pytest.raises(ObsError, match=r"it belongs to user \w+; run obs blocks as that user"):
        Runs(base)


@pytest.fixture
def rings(base):
    made = [ring(base / "shop-1", pid=os.getpid()), ring(base / "mail-1", "mail", pid=4000001), ring(base / "shop-1")]
    made.append(ring(base / "shop-1", role="host"))
    yield made
    for one in made:
        one.close()


def test_by_service_by_process_or_all(base, rings):
    files = Runs(base).look()
    assert {file.id for file in wanted(files, None, None)} == {one.id for one in rings}
    assert {file.id for file in wanted(files, None, "mail")} == {rings[1].id, rings[3].id}
    assert {file.id for file in wanted(files, 4000001, None)} == {rings[1].id, rings[3].id}


def test_the_pid_of_a_parent_is_enough(base):
    with subprocess.Popen(["/bin/sleep", "30"]) as child:
        made = ring(base / "shop-1", pid=child.pid)
        assert [file.id for file in wanted(Runs(base).look(), os.getpid(), None)] == [made.id]
        made.close()
        child.kill()


def test_what_is_not_among_them_is_named_with_what_is(base, rings):
    files = Runs(base).look()
    with pytest.raises(ObsError, match=r"process 3999999 has no record here; there are .*4000001 \(mail\)"):
        wanted(files, 3999999, None)
    with pytest.raises(ObsError, match="service post has no record here"):
        wanted(files, None, "post")


def test_runs_come_and_go(base):
    first = ring(base / "shop-1")
    runs = Runs(base)
    second = ring(base / "shop-2")
    assert {file.id for file in runs.look()} == {first.id, second.id}
    for one in (first, second):
        one.close()
        one.path.unlink()
    with pytest.raises(ObsError):
        runs.look()


def test_another_user_s_process_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    (tmp_path / "7").mkdir()
    with pytest.raises(ObsError, match=r"process 7 belongs to user \d+; run obs blocks as that user"):
        runtime_dir({}, 7, tmp_path)


def test_root_looks_where_the_process_s_user_has_it(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    (tmp_path / "7").mkdir()
    user = (tmp_path / "7").stat().st_uid
    assert runtime_dir({}, 7, tmp_path).name == f"obs-{user}"
    assert runtime_dir({"OBS_RUNTIME_DIR": "/srv/obs"}, 7, tmp_path).as_posix() == "/srv/obs"
    assert runtime_dir({}, 8, tmp_path).name == "obs-0", "a dead one's records may be here"
    assert find.owner(tmp_path).startswith("user ")
