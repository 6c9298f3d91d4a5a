"""py-spys of a host that was killed are ended by the next, and nobody else."""

from __future__ import annotations

import subprocess
import sys

from obs.host.continuous import orphans


def test_who_writes_into_this_runs_folder_is_ended_and_his_folder_removed(tmp_path):
    mine, others = tmp_path / "shop-1", tmp_path / "shop-2"
    command = [sys.executable, "-c", "import time; print(flush=True); time.sleep(60)", "--output"]
    running = {}
    for run in (mine, others):
        (run / "obs-profile-x").mkdir(parents=True)
        (run / "seen.obs").touch()
        output = str(run / "obs-profile-x" / "profile.json")
        running[run] = subprocess.Popen([*command, output], stdout=subprocess.PIPE)
        running[run].stdout.readline()
    try:
        assert orphans.clear(mine) == [running[mine].pid]
        assert running[mine].wait(10) == -9
        assert running[others].poll() is None
        assert [path.name for path in mine.iterdir()] == ["seen.obs"]
        assert (others / "obs-profile-x").exists()
    finally:
        for process in running.values():
            process.kill()
            process.wait()
            process.stdout.close()


def test_nothing_left_is_nothing_to_do(tmp_path):
    assert orphans.clear(tmp_path) == []
