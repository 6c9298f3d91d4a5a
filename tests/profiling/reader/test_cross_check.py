"""The reader's CPU shape beside py-spy's, of one process at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import closing

import pytest

from obs.host.pyspy.program import program
from obs.host.pyspy.recording import Recording
from obs.profiling.outside.speedscope import Seen, read
from obs.profiling.reader import Reader, Sampler


def shares(seen: Iterable[Seen]) -> dict[str, float]:
    """Of the looks at the busy thread, the share in which each function is on the stack."""
    stacks = [{frame.function for frame in one.stack} for one in seen if len(one.stack) > 2]
    counts = Counter(function for stack in stacks for function in stack)
    return {function: count / len(stacks) for function, count in counts.items()}


@pytest.mark.real
@pytest.mark.skipif(program() is None, reason="py-spy is not installed")
def test_both_see_the_same_shape(start):
    pid, _ = start("busy", "10", "2")
    with closing(Reader(pid)) as reader:
        recording = Recording(pid, 100, 4.0)
        sampler = Sampler(reader, 100)
        sampler.run(4.0)
        recording.end()
        recorded = recording.result()
    if recorded.refused:
        pytest.skip(recorded.refused)
    ours, theirs = shares(sampler.seen), shares(read(recorded.document))
    for function in ("by_leaf", "by_other"):
        assert ours[function] == pytest.approx(theirs[function], abs=0.15), (ours, theirs)
    assert ours["work"] > 0.99
    assert ours.keys() - {"sleeps"} <= theirs.keys() | {"<module>"}
