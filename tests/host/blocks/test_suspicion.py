"""What is seen of a process whose heartbeat is late, until it comes back, is stopped, or dies."""

from __future__ import annotations

from itertools import pairwise

import pytest

from obs.host.blocks import suspicion as suspicions
from obs.host.blocks.budget import Budget
from obs.host.blocks.pyspy import Dump
from obs.host.blocks.state import State
from obs.host.blocks.suspicion import Suspicion
from obs.metrics.ring import Word
from obs.runtime.blocks.block import unpacked

MS = 1_000_000
DUMP = Dump((("/srv/app.py", 2, "f"), ("<obs>", 3, "GET /")))


class File:
    """A ring of a process that has given its last sign of life at 1 s."""

    id, pid = "a", 7
    identity = {"service": "shop"}

    def __init__(self):
        self.words = {Word.BEAT: 1000 * MS, Word.DUE: 1020 * MS, Word.THREAD: 8}

    def word(self, word):
        return self.words[word]


class Ring:
    def __init__(self):
        self.records = []

    def append(self, record):
        self.records.append(unpacked(record))


class Scene:
    """A suspicion, the state that it finds, and the py-spy that it starts."""

    def __init__(self, monkeypatch):
        self.file, self.ring, self.state, self.dump, self.started = File(), Ring(), State.WAITS, None, []
        monkeypatch.setattr(suspicions, "state", lambda *_: self.state)
        monkeypatch.setattr(suspicions, "Dumping", self.dumping)
        self.suspicion = Suspicion(self.file, self.ring, Budget())
        self.now = 1050

    def dumping(self, pid):
        self.started.append((pid, self.now))
        self.started_ns = self.now * MS
        return self

    def result(self):
        return self.dump

    def look(self, now):
        self.now = now
        self.suspicion.look(now * MS)
        return self.ring.records[-1] if self.ring.records else None

    def comes_back(self, at):
        self.file.words[Word.BEAT] = at * MS


@pytest.fixture
def scene(monkeypatch):
    return Scene(monkeypatch)


def test_a_process_that_waits_for_the_gil_has_its_stack_taken(scene):
    assert scene.look(1050) is None
    assert scene.started == [(7, 1050)]
    assert scene.look(1065) is None, "py-spy is still looking"
    scene.dump = DUMP
    told = scene.look(1080)
    assert (told.work, told.at, told.gil_held, told.ended) == ("GET /", "/srv/app.py:2 f", True, False)
    (stack,) = told.stacks
    assert (stack.at, stack.outside) == (0.05, True)
    assert (told.start_ns, told.seen_ns, told.ring, told.service) == (1000 * MS, 1050 * MS, "a", "shop")


def test_more_stacks_come_at_twice_the_age_of_the_one_before(scene):
    scene.dump = DUMP
    for now in range(1050, 4000, 15):
        scene.look(now)
    ages = [at - 1000 for _, at in scene.started]
    assert all(later >= 2 * earlier for earlier, later in pairwise(ages))
    assert len(ages) == suspicions.MOST
    assert len(scene.ring.records[-1].stacks) == len(ages)


def test_a_stack_that_came_too_late_is_not_believed(scene):
    scene.look(1050)
    scene.comes_back(1060)
    scene.dump = DUMP
    assert scene.look(1080) is None
    assert scene.suspicion.over


def test_when_it_comes_back_its_end_is_told(scene):
    scene.dump = DUMP
    scene.look(1050)
    scene.look(1065)
    assert not scene.suspicion.over
    scene.comes_back(1500)
    told = scene.look(1510)
    assert (told.ended, told.duration, told.seen_ns) == (True, 0.5, 1050 * MS)
    assert scene.suspicion.over
    count = len(scene.ring.records)
    scene.look(1525)
    assert len(scene.ring.records) == count


def test_a_process_without_a_cpu_is_left_alone(scene):
    scene.state = State.STARVED
    scene.look(1050)
    scene.look(2000)
    assert (scene.started, scene.ring.records) == ([], [])


def test_a_stopped_process_is_told_of_once_and_its_stack_not_taken(scene):
    scene.state = State.STOPPED
    assert scene.look(1050).stopped
    for now in range(1065, 2000, 15):
        scene.look(now)
    assert (len(scene.ring.records), scene.started) == (1, [])


def test_a_refusal_is_told_with_its_reason(scene):
    scene.look(1050)
    scene.dump = Dump(refused="ptrace is not permitted")
    told = scene.look(1080)
    assert (told.stack_refused, told.gil_held, told.stacks) == ("ptrace is not permitted", True, ())


def test_a_process_that_dies_while_py_spy_looks_refuses_nothing(scene):
    scene.look(1050)
    scene.dump, scene.state = Dump(refused="no such process"), State.GONE
    assert scene.look(1080) is None


def test_without_py_spy_it_says_what_to_install(scene, monkeypatch):
    def missing(_):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(suspicions, "Dumping", missing)
    assert "obs[host] installs" in scene.look(1050).stack_refused


def test_one_that_dies_in_it_is_told_as_far_as_it_is_known(scene):
    scene.dump = DUMP
    scene.look(1050)
    scene.look(1065)
    scene.suspicion.died(3000 * MS)
    told = scene.ring.records[-1]
    assert (told.ended, told.duration, told.work) == (False, 2.0, "GET /")


def test_one_that_dies_soon_after_its_last_sign_of_life_died_of_something_else(scene):
    scene.look(1050)
    scene.suspicion.died(1100 * MS)
    assert scene.ring.records == []
