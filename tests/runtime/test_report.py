"""What a process says about itself to the doctor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import pytest

from obs.runtime import native_threads
from obs.runtime.report import agents, gunicorn, report, write


def kept(said) -> dict[str, tuple[str, str]]:
    assert {holder["module"] for holder in said["holders"]} <= {"service"}, "each module once, and no other's names"
    return {holder["attribute"]: (holder["original"], holder["how"]) for holder in said["holders"]}


def test_who_kept_what_from_before_the_patch(target):
    said = target("report", "late")
    assert kept(said) == {
        "SSLContext": ("ssl.SSLContext", "imported"),
        "pause": ("time.sleep", "imported"),
        "Context": ("ssl.SSLContext", "subclass"),
        "LOCK": ("threading.Lock", "instance"),
        "RLOCK": ("threading.RLock", "instance"),
        "LOCAL": ("threading.local", "instance"),
    }
    assert {"ssl", "threading"} <= set(said["patched"])


def test_nobody_kept_anything_when_it_was_patched_first(target):
    said = target("report", "clean")
    assert kept(said) == {}
    assert said["gevent"]


def test_without_gevent_there_is_nothing_to_keep(target):
    said = target("report", "none")
    assert (said["gevent"], said["patched"], said["holders"], said["threads"]) == (False, [], [], [])


@pytest.fixture
def thread():
    """A native thread that waits."""
    done = threading.Event()

    def exporter() -> None:
        done.wait()

    started = threading.Thread(target=exporter, name="an exporter", daemon=True)
    started.start()
    yield
    done.set()
    started.join()


def test_native_threads_have_a_name_and_a_beginning(thread):
    found = [thread for thread in native_threads.threads() if thread["name"] == "an exporter"]
    assert [thread["where"].rpartition(".")[2] for thread in found] == ["exporter"]


def test_gunicorn_is_known_by_its_arbiter():
    assert gunicorn(sys._getframe()) is None
    scope = {"__name__": "gunicorn.arbiter", "look": lambda: gunicorn(sys._getframe())}
    exec("def fork(self): return look()", scope)
    settings = type("settings", (), {"preload_app": True, "worker_class_str": "gevent"})
    assert scope["fork"](type("arbiter", (), {"cfg": settings})) == {"preload": True, "worker": "gevent"}


def test_sentry_counts_only_if_it_traces(monkeypatch):
    options = {}
    client = type("client", (), {"options": options})
    monkeypatch.setitem(sys.modules, "sentry_sdk", type("sentry", (), {"get_client": lambda: client}))
    assert list(agents()) == []
    options["traces_sample_rate"] = 0.1
    assert list(agents()) == ["sentry_sdk"]


def test_a_report_is_written_whole(tmp_path):
    write(tmp_path, "exit")
    (path,) = tmp_path.iterdir()
    assert path.name == f"{os.getpid()}-exit.json"
    assert json.loads(path.read_text()).keys() == report("exit").keys()


def test_a_report_that_cannot_be_written_does_no_harm(tmp_path):
    write(tmp_path / "gone", "exit")


FORKS = """
import os, sys
from pathlib import Path
from obs.runtime.report import watch
watch(Path(sys.argv[1]))
for _ in range(2):
    child = os.fork()
    if not child:
        grandchild = os.fork()
        if grandchild:
            os.waitpid(grandchild, 0)
        sys.exit()
    os.waitpid(child, 0)
"""


def test_each_process_reports_its_first_fork_and_its_exit(tmp_path):
    subprocess.run([sys.executable, "-c", FORKS, str(tmp_path)], check=True, timeout=60)
    events = sorted(path.stem.partition("-")[2] for path in tmp_path.glob("*.json"))
    assert events == ["exit"] * 5 + ["fork"] * 3
    assert len({path.stem.partition("-")[0] for path in tmp_path.glob("*.json")}) == 5
