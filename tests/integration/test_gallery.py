"""Programs of the gallery as they run now: their hotspot is found again."""

from __future__ import annotations

import pytest

from profiles.gallery import PROGRAMS
from profiles.recall import finds, headline, live

pytestmark = pytest.mark.real

SHOWN = ("unpatched_socket", "pool_exhaustion")
"""One that holds the loop and one that waits. All of them are `python -m benchmarks profiler`'s business."""


@pytest.mark.parametrize("program", [each for each in PROGRAMS if each.name in SHOWN], ids=lambda each: each.name)
def test_the_hotspot_is_found_in_the_live_program(program):
    session = live(program, seconds=4)
    assert finds(session, program.hotspot), headline(session)
