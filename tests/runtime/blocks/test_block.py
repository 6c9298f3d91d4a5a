"""A block survives the ring as it was, and is joined with what was seen of it from outside."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obs.runtime.blocks.block import Block, Stack, Victim, merged, same, unpacked

SECOND = 10**9
texts = st.text(st.characters(codec="utf-8"), max_size=20)
seconds = st.floats(0, 1e6, allow_nan=False)
stacks = st.builds(
    Stack, at=seconds.map(lambda s: round(s, 4)), frames=st.lists(texts).map(tuple), outside=st.booleans()
)
blocks = st.builds(
    Block,
    start=seconds,
    start_ns=st.integers(0, 2**62),
    duration=seconds,
    ended=st.booleans(),
    work=texts,
    feature=texts,
    trace_id=texts,
    cpu=st.none() | seconds,
    gil_held=st.none() | st.booleans(),
    call=texts,
    stacks=st.lists(stacks, max_size=4).map(tuple),
    victims=st.lists(st.builds(Victim, texts, st.integers(0, 99), seconds), max_size=3).map(tuple),
)


def block(start=1.0, duration=0.2, **fields):
    fields = {"work": "GET /", "ring": "a", "ended": True, **fields}
    return Block(start=start, start_ns=int(start * SECOND), duration=duration, **fields)


@given(blocks)
def test_it_is_read_as_it_was_written(made):
    assert unpacked(json.loads(json.dumps(made.packed()))) == made


def test_a_record_holds_each_frame_once():
    stack = tuple(f"app.py:{n} f" for n in range(50))
    one, ten = (block(stacks=tuple(Stack(at / 10, stack) for at in range(n))) for n in (1, 10))
    assert len(json.dumps(ten.packed())) < 4 * len(json.dumps(one.packed()))


@pytest.mark.parametrize(
    "record", [{}, {"start": 1}, {**block().packed(), "stacks": [[0, 0, [7]]]}, {**block().packed(), "stacks": 3}]
)
def test_what_is_no_block_is_refused(record):
    with pytest.raises(ValueError, match="not a block"):
        unpacked(record)


def test_a_field_of_a_later_version_is_left_out():
    assert unpacked({**block().packed(), "colour": "blue"}) == block()


def test_held_is_what_is_not_cpu():
    assert block(cpu=0.05).held == pytest.approx(0.15)
    assert block(cpu=0.3).held == 0.0
    assert block().held is None


def test_for_programs_the_stacks_are_written_out():
    found = block(stacks=(Stack(0.02, ("a.py:1 f",)),), victims=(Victim("GET /b", 2, 0.3),), cpu=0.2).as_json()
    assert found["stacks"] == [{"at": 0.02, "frames": ("a.py:1 f",), "outside": False}]
    assert found["victims"] == [{"work": "GET /b", "times": 2, "seconds": 0.3}]
    assert found["held"] == 0.0
    json.dumps(found)


def test_what_was_seen_in_the_middle_of_it_is_of_the_same_block():
    own = block(1.0, 0.2)
    for moment, expected in ((1.1, True), (0.99, False), (1.21, False)):
        assert same(own, block(0.98, 0.3, seen_ns=int(moment * SECOND))) is expected
    assert not same(own, block(0.98, 0.3, seen_ns=int(1.1 * SECOND), ring="b"))


def test_joined_it_has_both_stacks_by_its_own_time():
    own = block(1.0, 0.2, gil_held=True, stacks=(Stack(0.19, ("own.py:1 f",)),))
    seen = block(0.95, 0.1, stacks=(Stack(0.1, ("out.py:1 f",), outside=True),), call="re.match", doing="regex", at="x")
    found = merged(own, seen)
    assert found.stacks == (Stack(0.05, ("out.py:1 f",), True), Stack(0.19, ("own.py:1 f",)))
    assert (found.duration, found.call, found.doing, found.at) == (0.2, "re.match", "regex", "x")


def test_a_stopped_process_held_no_gil():
    own = block(gil_held=True)
    assert merged(own, block(stopped=True)).gil_held is None
    assert merged(own, block(stack_refused="ptrace")).stack_refused == "ptrace"
