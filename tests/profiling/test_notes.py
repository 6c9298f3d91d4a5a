"""What is said of each process of a service is said once."""

from __future__ import annotations

import pytest

from obs.profiling.notes import together


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ([], []),
        (["process 7 does not answer"], ["process 7 does not answer"]),
        (["process 7: refused", "process 7: refused"], ["process 7: refused"]),
        (["process 7 is slow", "process 8 is slow"], ["each of 2 processes (7, 8) is slow"]),
        (["process 7: a", "process 8: b"], ["process 7: a", "process 8: b"]),
        (["4% of the samples", "b", "6% of the samples", "5% of the samples"], ["4% to 6% of the samples", "b"]),
        (["process 7 used 40% of 2%", "process 8 used 9% of 2%"], ["each of 2 processes (7, 8) used 9% to 40% of 2%"]),
        (["process 7 asks process 9", "process 8 asks process 9"], ["each of 2 processes (7, 8) asks process 9"]),
    ],
)
def test_alike_are_one_in_their_order(notes: list[str], said: list[str]) -> None:
    assert together(notes) == said


def test_of_many_processes_a_few_are_named() -> None:
    (said,) = together(f"process {pid}: no CPU stacks" for pid in range(100, 164))
    assert said == "each of 64 processes (100, 101, 102 and 61 more): no CPU stacks"


def test_what_a_note_says_is_no_pattern() -> None:
    assert together(["process 7: 1% \\g<0>", "process 8: 2% \\g<0>"]) == ["each of 2 processes (7, 8): 1% to 2% \\g<0>"]
