"""Every greenlet of a process that knows nothing of obs, against what the process itself says of them."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from obs.profiling.reader import Reader
from tests.profiling.reader.conftest import running

pytest.importorskip("gevent")


@pytest.fixture(scope="module")
def parked():
    """What is true, and what was read: by address."""
    with running("parked", "200") as (pid, line):
        reader = Reader(pid)
        found = reader.greenlets()
        assert reader.torn == 0
        yield json.loads(line), {each.address: each for each in found}, len(found)
        reader.close()


def test_each_stack_is_what_gr_frame_says_from_inside(parked):
    told, found, _ = parked
    seen = {address: [list(frame[:3]) for frame in found[int(address)].stack] for address in told["stacks"]}
    assert seen == told["stacks"]
    assert {found[int(address)].state for address in told["stacks"]} == {"waiting"}
    assert max(map(len, seen.values())) > 300


def test_none_is_missed_and_none_is_seen_twice(parked):
    told, found, count = parked
    others = {*told["not started"], told["dead"], told["hub"], told["main"]}
    assert set(found) == {*map(int, told["stacks"]), *others}
    assert count == len(found)


def test_states_and_roles(parked):
    told, found, _ = parked
    assert [found[each].state for each in told["not started"]] == ["not started"] * 2
    assert found[told["dead"]].state == "dead"
    assert (found[told["hub"]].role, found[told["main"]].role) == ("hub", "main")
    hub = found[told["hub"]]  # it is what runs now, in its poll
    assert (hub.state, [frame.function for frame in hub.stack]) == ("running", ["Hub.run"])


def test_who_is_whose(parked):
    told, found, _ = parked
    parents = Counter(found[int(address)].parent for address in told["stacks"])
    assert parents == {told["hub"]: len(told["stacks"])}
    assert found[told["hub"]].parent == told["main"]
    assert len({each.thread for each in found.values()} - {0}) == 1


def test_names_numbers_and_where_they_were_spawned(parked):
    told, found, _ = parked
    named = [each for each in found.values() if each.name]
    assert [(each.name, each.spawned[-1].function) for each in named] == [("the first ж", "<module>")]
    assert [each.number for each in found.values() if each.number is not None] == [told["number"]]
    kinds = Counter(each.kind for each in found.values())
    assert kinds["Mine"] == kinds["Hub"] == 1
    raw = [each for each in found.values() if each.stack and not each.spawned and not each.role]
    assert len(raw) == 1  # gevent keeps no place for spawn_raw
