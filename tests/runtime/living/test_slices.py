"""Looking at everything, a slice at a time."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from obs.runtime.living import lent as lending
from obs.runtime.living.lent import Lent
from obs.runtime.living.slices import Slices
from obs.runtime.living.stacks import DEEPEST, Stacks


def test_ten_thousand_that_are_parked_hold_the_loop_for_less_than_a_millisecond_at_once():
    """By CPU time, as obs_self_hold_seconds has it: the walls of a busy machine are no measure. But for one in a
    hundred: on a slow machine the first faults its memory in."""
    target = Path(__file__).with_name("target_many.py")
    ran = subprocess.run([sys.executable, str(target)], capture_output=True, text=True, timeout=110, check=False)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["rows"] >= 10_000
    assert found["above a millisecond"] <= found["holds"] / 100
    assert found["holds"] >= found["slices"] > 100
    assert found["turns"] > 100  # the loop went on
    assert (found["kept"], found["gc"]) == (0, True)


def test_a_slice_ends_and_the_next_goes_on(monkeypatch):
    ticks = iter(range(1000))
    monkeypatch.setattr("obs.runtime.living.slices.perf_counter", lambda: next(ticks) * 0.000_1)
    slices = Slices(iter([1, None, 2, 3, None, 4]), Lent())
    taken = []
    while not slices.over:
        taken.append(slices.take())
    assert [number for some in taken for number in some] == [1, 2, 3, 4]
    assert len(taken) > 2


def test_what_fails_gives_back_what_is_lent_and_leaves_collections_as_they_were():
    lent = Lent()

    def failing():
        lent.hold(object())
        yield 1
        raise ZeroDivisionError

    gc.disable()
    try:
        with pytest.raises(ZeroDivisionError):
            Slices(failing(), lent).take()
        assert not gc.isenabled()
    finally:
        gc.enable()
    with pytest.raises(ZeroDivisionError):
        Slices(failing(), lent).take()
    assert gc.isenabled()
    assert len(lent) == 0


def test_who_is_held_last_by_us_is_let_go_of_elsewhere(monkeypatch):
    handed = []
    monkeypatch.setattr(lending, "_on_a_loop", handed.append)

    class Thing:
        pass

    lent, owned, last = Lent(), Thing(), Thing()
    lent.hold(owned)
    lent.hold(last)
    del last
    lent.give_back()
    (call,) = handed
    assert [type(thing) for thing in call.__self__] == [Thing]
    assert owned not in call.__self__
    lent.hold(owned)
    lent.give_back()
    assert len(handed) == 1  # nothing to hand on


def test_a_frame_that_has_ended_meanwhile_is_let_go_of_elsewhere(monkeypatch):
    handed = []
    monkeypatch.setattr(lending, "_on_a_loop", handed.append)

    def parked():
        yield sys._getframe()

    lent, generator = Lent(), parked()
    lent.hold(next(generator))
    lent.give_back()
    assert handed == []
    lent.hold(generator.gi_frame)
    generator.close()
    del generator  # 3.13 keeps the frame until then
    lent.give_back()
    assert len(handed) == 1


def test_equal_stacks_have_one_number():
    stacks = Stacks()

    def here():
        return stacks.add(sys._getframe())

    first, second = [here() for _ in range(2)]
    assert first == second
    news = stacks.news()
    (stack,) = news["stacks"]
    assert news["frames"][stack[0]][0].endswith("here")
    assert stacks.news() == {"frames": [], "stacks": []}


def test_a_stack_that_is_too_deep_is_cut():
    stacks = Stacks()

    def deep(more: int):
        return deep(more - 1) if more else stacks.add(sys._getframe())

    deep(DEEPEST + 10)
    news = stacks.news()
    (stack,) = news["stacks"]
    assert len(stack) == DEEPEST + 1
    assert news["frames"][stack[-1]] == ("…", "", 0)
