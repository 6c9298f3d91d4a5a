"""How far two samplers are from each other: by chance alone, and on two programs of the gallery that compute."""

from __future__ import annotations

import pytest

from benchmarks.reader.shapes import LIMIT, beyond, both, by_chance, by_work, distance, ratio, row, shape, worker
from obs.host.pyspy.program import program
from obs.profiling.session import Frame, Sample, Session
from profiles.gallery import PROGRAMS
from profiles.stage import staged

HALF = {("GET /a", "f"): 0.5, ("GET /a", "g"): 0.5}


def test_a_distance_is_the_share_that_is_elsewhere():
    assert distance(HALF, HALF) == 0.0
    assert distance(HALF, {("GET /a", "f"): 0.75, ("GET /a", "g"): 0.25}) == pytest.approx(0.25)
    assert distance(HALF, {("GET /b", "f"): 1.0}) == 1.0


def test_few_looks_are_farther_apart_than_many():
    few, many = by_chance(HALF, HALF, 20, 20), by_chance(HALF, HALF, 2000, 2000)
    assert 0.0 < many < few < 0.3
    assert by_chance({}, {}, 0, 0) == 1.0


def test_a_shape_is_by_work_and_innermost_function():
    frames = (Frame("run", "a.py"), Frame("f", "a.py", 1), Frame("f", "a.py", 2))
    samples = (Sample((0, 1), "GET /a", weight=1.0), Sample((0, 2), "GET /a", weight=2.0), Sample((0,), "", weight=1.0))
    assert shape(Session(frames=frames, samples=samples)) == {("GET /a", "f"): 0.75, ("", "run"): 0.25}
    assert shape(Session()) == {}


def test_works_alone_can_be_compared():
    assert by_work({("GET /a", "f"): 1.0, ("GET /a", "g"): 1.0, ("", "h"): 2.0}) == {("GET /a", ""): 0.5, ("", ""): 0.5}
    assert by_work({}) == {}
    assert ratio([1.0, 2.0, 2.0, 4.0]) == 0.5


@pytest.mark.real
@pytest.mark.skipif(program() is None, reason="py-spy is not installed")
@pytest.mark.parametrize("name", ["cpu_in_handler", "gil_regex"])
def test_the_reader_and_py_spy_see_the_same(name):
    """But for chance, and for what stands in line for a CPU, which py-spy counts too: the accounts tell how much."""
    chosen = next(each for each in PROGRAMS if each.name == name)
    with staged(chosen) as running:
        found = both(worker(running.folder / "run"), 4.0)
    told = row(name, found)
    assert beyond(told) < LIMIT, told
    assert told["exact"] < 0.25, told
