"""The time before the handler, by the proxy's header."""

from __future__ import annotations

import pytest

from obs.http.queue import LONGEST, queued_seconds

NOW = 1_512_379_167.574


@pytest.mark.parametrize(
    "header",
    ["t=1512379167.474", " 1512379167.474 ", "1512379167474", "t=1512379167474000", "1512379167474000000"],
)
def test_seconds_milli_micro_and_nanoseconds_are_told_apart(header: str) -> None:
    assert queued_seconds(header, NOW) == pytest.approx(0.1, abs=1e-5)


def test_a_proxys_clock_ahead_of_ours_makes_no_negative() -> None:
    assert queued_seconds("1512379168", NOW) == 0.0


@pytest.mark.parametrize("header", ["", "t=", "now", "nan", "inf", "-inf", "1", "t=1512370000", "0x10", "1_0" * 50])
def test_nonsense_is_not_counted(header: str) -> None:
    assert queued_seconds(header, NOW) is None


def test_the_longest_wait_that_counts() -> None:
    assert queued_seconds(str(NOW - LONGEST + 1), NOW) == pytest.approx(LONGEST - 1, abs=1e-3)
    assert queued_seconds(str(NOW - LONGEST - 1), NOW) is None
