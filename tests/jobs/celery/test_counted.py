"""What the main process knows of a child that is dead: which task that has counted last."""

from __future__ import annotations

import os

from obs.jobs.celery.counted import ROWS, Counted


def test_the_main_process_reads_what_a_forked_child_said() -> None:
    counted = Counted()
    child = os.fork()
    if not child:
        counted.say("a")
        counted.say("b")
        os._exit(0)
    os.waitpid(child, 0)
    assert counted.has(child, "b")
    assert not counted.has(child, "a")
    assert not counted.has(child + ROWS, "b")


def test_of_a_child_that_said_nothing_it_knows_nothing() -> None:
    assert not Counted().has(os.getpid(), "a")
