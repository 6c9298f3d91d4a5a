"""The hottest place of a window is a place."""

from __future__ import annotations

import pytest

from obs.host.continuous.listing import hottest
from obs.profiling.builder import Builder
from obs.profiling.session import Frame, Sample, Session, label_frame

NOWHERE = ((label_frame("(threads)"),), "(threads)", 5.0)
SHOW = ((label_frame("GET /a"), Frame("show", "/srv/app.py", 7)), "GET /a", 1.0)


@pytest.mark.parametrize(
    ("seen", "told"), [((NOWHERE, SHOW), "app.py:7 show, of GET /a"), ((NOWHERE,), "-"), ((), "-")]
)
def test_seconds_of_which_there_is_no_place_are_not_the_hottest(seen, told):
    builder = Builder()
    for stack, work, seconds in seen:
        builder.add(stack, Sample((), work, "cpu", seconds))
    assert hottest(Session(frames=builder.frames, samples=builder.samples)) == told
