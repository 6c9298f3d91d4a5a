"""Each block once, whoever has told of it: the process, its note, or the watchdog outside."""

from __future__ import annotations

import pytest

from obs.host.blocks.gather import gather
from obs.metrics.ring import Word
from obs.metrics.rings import Rings
from obs.runtime.blocks.block import Stack
from tests.host.blocks.rings import SECOND, block, now, ring, seen


@pytest.fixture
def run(tmp_path):
    return tmp_path / "run"


@pytest.fixture
def own(run):
    made = ring(run)
    yield made
    made.close()


@pytest.fixture
def host(run):
    made = ring(run, role="host")
    yield made
    made.close()


@pytest.fixture
def gathered(run):
    files = Rings(run)
    yield lambda: gather(files.look())
    files.close()


def test_blocks_come_in_order_over_all_processes(own, run, gathered):
    other = ring(run)
    for where, ago in ((own, 5), (other, 9), (own, 1)):
        where.append(block(where, ago, 0.1).packed())
    found = gathered()
    starts = [b.start_ns for b in found.blocks]
    assert starts == sorted(starts)
    assert (len(starts), found.processes, found.torn) == (3, 2, 0)
    other.close()


def test_what_was_seen_outside_joins_the_process_s_own(own, host, gathered):
    made = block(own, 9, 0.5, gil_held=True)
    own.append(made.packed())
    host.append(seen(made, 0.1, "a.py:1 f").packed())
    host.append(seen(made, 0.2, "a.py:1 f", stack_refused="later").packed())
    (found,) = gathered().blocks
    assert (found.ended, found.duration) == (True, 0.5)
    assert found.stacks[-1] == Stack(0.2, ("a.py:1 f",), True)


def test_a_process_that_joined_it_itself_has_it_once(own, host, gathered):
    made = block(own, 9, 0.5)
    host.append(seen(made, 0.1, "/long/path/a.py:1 f").packed())
    own.append(made.with_stacks([Stack(0.1, ("a.py:1 f",), True)]).packed())
    (found,) = gathered().blocks
    assert found.stacks == (Stack(0.1, ("a.py:1 f",), True),)


def test_what_only_was_seen_outside_waits_for_the_process_s_own(own, host, gathered):
    """The GIL was held by a thread while the loop slept: there is no block of the loop."""
    host.append(seen(block(own, 1.0, 0.5), 0.2, "a.py:1 f", ended=True, duration=0.5).packed())
    assert gathered().blocks == ()
    host.append(seen(block(own, 9.0, 0.5), 0.2, "a.py:1 f", ended=True, duration=0.5).packed())
    (found,) = gathered().blocks
    assert (found.ended, found.duration) == (True, 0.5)


def test_a_process_that_is_in_it_still_is_told_until_now(own, host, gathered):
    made = block(own, 7.0, 7.0)
    own.words[Word.BEAT] = made.start_ns
    host.append(seen(made, 0.2, "a.py:1 f").packed())
    (found,) = gathered().blocks
    assert not found.ended
    assert 7.0 <= found.duration < 9.0


def test_a_note_is_a_block_that_lasts(own, gathered):
    own.note(block(own, 3.0, 0.1, ended=False).packed())
    (found,) = gathered().blocks
    assert not found.ended
    assert 3.0 <= found.duration < 5.0


def test_a_note_of_a_block_that_has_been_told_is_none(own, gathered):
    made = block(own, 3.0, 0.5)
    own.append(made.packed())
    own.note(seen(made, 0.1).packed())
    assert [b.ended for b in gathered().blocks] == [True]


def test_of_a_dead_process_the_note_is_what_is_left(run, gathered):
    own = ring(run, pid=4000001)
    made = block(own, 3.0, 0.1, ended=False)
    own.note(made.packed())
    own.words[Word.BEAT] = made.start_ns + 2 * SECOND
    own.close()
    found = gathered()
    assert [(b.ended, b.duration) for b in found.blocks] == [(False, 2.0)]
    assert found.processes == 0


def test_reports_of_other_services_processes_are_left_out(own, host, run):
    host.append(seen(block(own, 9.0, 0.5), 0.2, "a.py:1 f").packed())
    files = [file for file in Rings(run).look() if file.identity["role"] == "host"]
    assert gather(files).blocks == ()


def test_a_process_that_died_with_an_empty_ring_is_told_of(own, host, run):
    """Its ring is swept at once."""
    host.append(seen(block(own, 9.0, 0.5), 0.2, "a.py:1 f").packed())
    files = [file for file in Rings(run).look() if file.identity["role"] == "host"]
    (found,) = gather(files, gone=lambda block: block.ring == own.id).blocks
    assert not found.ended


def test_what_is_no_block_is_left_out(own, gathered):
    own.append({"colour": "blue"})
    own.append(block(own, 1.0, 0.1).packed())
    own.note({"colour": "blue"})
    assert len(gathered().blocks) == 1
    assert now() > 0
