"""Windows of a run, with processes and lookers that are stood in for: what is followed, refused, kept, counted."""

from __future__ import annotations

import os
import time

import pytest

from obs.host.continuous.profiler import Profiler
from obs.host.continuous.sampling import EARLY
from obs.host.continuous.shelf import kept
from obs.host.continuous.window import MOST, until_the_next
from obs.host.cpu.recorded import Asked, Recorded
from obs.host.cpu.samplers import Begun
from obs.host.run import Run
from obs.metrics.identity import Identity
from obs.metrics.store import Store
from obs.profiling.file import read
from obs.profiling.outside.seen import Seen
from obs.profiling.session import Frame, label_frame
from tests.host.launched import until

STACK = (Frame("worker", "/srv/lib/gevent/greenlet.py", 9), label_frame("GET /a"), Frame("burn", "/srv/app.py", 17))


class Stand:
    """In the place of who looks: it has seen a thread five times in the same place."""

    started: list[Stand]
    answer = Recorded((Seen(1, "", STACK, 5),))
    dies = False
    settles = 0.0

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.ended = False
        self.started.append(self)

    @classmethod
    def begin_one(cls, asked: Asked) -> Begun:
        return Begun(cls(asked))

    @property
    def over(self) -> bool:
        return self.dies or self.ended

    def begin(self) -> None:
        pass

    def end(self) -> None:
        self.ended = True

    def result(self) -> Recorded:
        return self.answer


@pytest.fixture
def stand():
    class Mine(Stand):
        started: list[Stand] = []

    return Mine


@pytest.fixture
def run(config, tmp_path):
    """``run(processes, OBS_…=…)``: a run's folder in which so many processes record: all of them are this one."""
    stores = []

    def make(processes: int = 1, **environ: str) -> Run:
        folder = tmp_path / "run" / "shop-abc"
        folder.mkdir(0o700, parents=True)
        found = config(**{"OBS_PROFILE": "true", "OBS_PROFILE_WINDOW": "1s", **environ})
        for _ in range(processes):
            stores.append(Store.private())
            stores[-1].attach(folder, Identity("shop", "", ""))
        return Run(found, folder, os.getpid(), 0, None, None)

    yield make
    for store in stores:
        store.detach()


def windows(run: Run):
    return [read(one.path) for one in kept(run.config.profile.folder / "shop")]


def test_a_window_is_what_all_its_processes_did(run, stand, drops):
    made = run(2)
    profiler = Profiler(made, stand.begin_one)
    profiler.start()
    until(lambda: len(windows(made)) >= 2)
    profiler.stop()
    profiler.join(time.monotonic() + 10)
    window = windows(made)[0]
    assert (window.service, window.source, window.rates) == ("shop", "py-spy", {"cpu": 10.0})
    assert {(sample.work, sample.view) for sample in window.samples} == {("GET /a", "cpu")}
    assert sum(sample.weight for sample in window.samples) == pytest.approx(2 * 5 / 10)
    assert window.notes == ()
    assert {each.asked.folder for each in stand.started} == {made.folder}
    assert all(each.ended for each in stand.started)
    assert profiler.health() == {
        "windows": len(windows(made)),
        "kept": len(windows(made)),
        "folder": str(made.config.profile.folder / "shop"),
        "sent": None,
    }


def test_what_was_begun_is_kept_at_the_end(run, stand, drops):
    made = run(OBS_PROFILE_WINDOW="10m")
    profiler = Profiler(made, stand.begin_one)
    profiler.start()
    until(lambda: stand.started)
    profiler.stop()
    profiler.join(time.monotonic() + 10)
    assert len(windows(made)) == 1


def test_a_process_that_refuses_is_not_asked_again_at_once_and_said_once(run, stand, drops, caplog):
    stand.dies, stand.answer = True, Recorded(refused="ptrace is not permitted")
    made = run()
    profiler = Profiler(made, stand.begin_one)
    profiler.start()
    time.sleep(2.5)
    profiler.stop()
    profiler.join(time.monotonic() + 10)
    assert len(stand.started) == 1
    (said,) = (record.getMessage() for record in caplog.records)
    assert said.startswith(f"obs: no continuous profile of process {os.getpid()}: ptrace is not permitted (said once")
    assert windows(made) == []


def test_who_ends_by_itself_is_said_to_and_what_was_seen_is_kept(run, stand, drops, caplog):
    stand.dies = True
    made = run()
    profiler = Profiler(made, stand.begin_one)
    profiler.start()
    until(lambda: windows(made))
    profiler.stop()
    profiler.join(time.monotonic() + 10)
    assert EARLY in caplog.text
    assert windows(made)[0].notes == (f"1 of 1 processes could not be looked at: {EARLY}",)


def test_that_nobody_can_look_is_said_once(run, drops, caplog):
    profiler = Profiler(run(2), lambda _: Begun(None, "nobody is there"))
    profiler.start()
    until(lambda: "no continuous profile" in caplog.text)
    profiler.stop()
    profiler.join(time.monotonic() + 10)
    assert caplog.text.count("nobody is there") == 1


def test_many_processes_have_their_turn(run, stand, drops):
    made = run(MOST + 3)
    profiler = Profiler(made, stand.begin_one)
    profiler.start()
    until(lambda: len(windows(made)) >= 2)
    profiler.stop()
    profiler.join(time.monotonic() + 10)
    assert len(stand.started) >= 2 * MOST
    assert windows(made)[0].notes[0].startswith(f"{MOST} of {MOST + 3} processes are looked at at a time")
    assert not [turns for turns in profiler._turns.values() if not turns]


@pytest.mark.parametrize(
    ("environ", "reason", "said"),
    [
        ({"OBS_PROFILE_SIZE": "100"}, "size", "OBS_PROFILE_SIZE is 100"),
        ({"OBS_PROFILE_DIR": "/proc/nothing/here"}, "disk", "the continuous profile is not kept: /proc/nothing"),
    ],
)
def test_what_can_not_be_kept_is_counted_and_said_once(run, stand, drops, caplog, environ, reason, said):
    made = run(**environ)
    profiler = Profiler(made, stand.begin_one)
    profiler.start()
    until(lambda: drops(reason) >= 2)
    profiler.stop()
    profiler.join(time.monotonic() + 10)
    assert len([record for record in caplog.records if said in record.getMessage()]) == 1


def test_nothing_is_kept_where_that_is_asked_for(run, stand, drops):
    made = run(OBS_PROFILE_KEEP="0")
    profiler = Profiler(made, stand.begin_one)
    profiler.start()
    until(lambda: profiler.counts["windows"] >= 1)
    profiler.stop()
    profiler.join(time.monotonic() + 10)
    assert profiler.counts["kept"] == 0
    assert not made.config.profile.folder.exists()


@pytest.mark.parametrize(("now", "seconds"), [(0.0, 60), (20.0, 40), (44.9, 15.1), (45.1, 74.9), (119.5, 60.5)])
def test_windows_end_at_full_minutes(now, seconds):
    assert until_the_next(60.0, now) == pytest.approx(seconds)
