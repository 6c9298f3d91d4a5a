"""The reader's CPU shape beside py-spy's, of one process at the same time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from time import sleep

import pytest

from obs.host.cpu.recorded import Asked
from obs.host.cpu.streams import Streams
from obs.host.pyspy.program import program
from obs.host.pyspy.recording import Recording
from obs.profiling.outside.seen import Seen


def shares(seen: Iterable[Seen]) -> dict[str, float]:
    """Of the looks at the busy thread, the share in which each function is on the stack."""
    counts: Counter[str] = Counter()
    total = 0
    for one in seen:
        if len(one.stack) > 2:
            total += one.looks
            counts.update(dict.fromkeys({frame.function for frame in one.stack}, one.looks))
    return {function: count / total for function, count in counts.items()}


@pytest.mark.real
@pytest.mark.skipif(program() is None, reason="py-spy is not installed")
def test_both_see_the_same_shape(start):
    pid, _ = start("busy", "10", "2")
    streams = Streams(100)
    try:
        recording, reading = Recording(pid, 100, 4.0), streams.record(Asked(pid, 100, 4.0))
        sleep(4.0)
        recording.end()
        recorded, read = recording.result(), reading.result()
    finally:
        streams.close()
    if recorded.refused:
        pytest.skip(recorded.refused)
    ours, theirs = shares(read.seen), shares(recorded.seen)
    for function in ("by_leaf", "by_other"):
        assert ours[function] == pytest.approx(theirs[function], abs=0.15), (ours, theirs)
    assert ours["work"] > 0.99
    assert ours.keys() - {"sleeps"} <= theirs.keys() | {"<module>"}
