"""A forked child begins at zero, with one clock and the tracer in its slot; its parent goes on."""

from __future__ import annotations

import pytest

from tests.runtime.accounting.test_scenes import adds_up, near


def test_both_sides_of_a_fork_count_their_own(target):
    found = target("fork")
    child = found["child"]
    assert child["tracing"]
    assert child["clocks"] == 1
    assert adds_up(child["inner"])
    assert child["inner"]["cpu"] == near(0.02)
    assert child["metric"] == pytest.approx(child["counted"]["inner"])
    assert child["counted"]["before"] == [0, 0, 0, 0]
    assert child["counted"]["around"][0] == near(0.01)
    assert adds_up(found["around"])
    assert found["around"]["cpu"] == near(0.1)
    assert found["counted"]["before"][0] == near(0.1)
    assert "inner" not in found["counted"]
