"""Two sessions compared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from obs.profiling.difference import compare
from obs.profiling.options import EVERYTHING, Options
from obs.profiling.render import difference_text
from obs.profiling.session import Sample, Session, SessionError
from tests.profiling.sessions import chat


def without(session: Session, work: str) -> Session:
    return replace(session, samples=tuple(sample for sample in session.samples if sample.work != work))


def test_the_largest_change_comes_first_in_seconds_per_second_and_per_call() -> None:
    first = compare(chat(), chat(worse=2.0), EVERYTHING).works[0]
    assert (first.work, first.view) == ("GET /export/<int:id>", "cpu")
    assert first.change == pytest.approx(11.8 / 30)
    assert first.per_call_after == pytest.approx(2 * first.per_call_before)  # type: ignore[operator]


def test_windows_of_other_lengths_compare() -> None:
    long = replace(chat(scale=2.0), duration=60.0)
    same = compare(chat(), long, Options(work="export"))
    assert max(abs(change.change) for change in same.works) < 1e-9


def test_a_session_is_as_itself() -> None:
    text = difference_text.render(compare(chat(), chat(), EVERYTHING), EVERYTHING).decode()
    assert "No work has changed." in text
    assert "No function has changed." in text


def test_works_that_appear_or_vanish_are_said_so() -> None:
    after = without(chat(), "push.notify")
    after = replace(after, samples=(*after.samples, Sample((0,), "GET /new", "cpu", 3.0)))
    found = {change.work: change.said for change in compare(chat(), after, EVERYTHING).works}
    assert (found["push.notify"], found["GET /new"], found["GET /search"]) == ("gone", "new", "")


def test_functions_are_compared_by_what_they_do_themselves() -> None:
    first = compare(chat(), chat(worse=2.0), EVERYTHING).functions[0]
    assert first.frame.function == "iterencode"
    assert first.change == pytest.approx(first.before)


def test_what_makes_them_hard_to_compare_is_said() -> None:
    other = replace(chat(), service="other", source="inside", processes=chat().processes[:1])
    other = replace(other, samples=tuple(sample for sample in other.samples if sample.view != "held"), totals={})
    notes = " ".join(compare(chat(), other, EVERYTHING).notes)
    assert all(text in notes for text in ("view held", "two services", "biases differ", "2 processes"))


def test_without_a_duration_there_is_no_rate() -> None:
    with pytest.raises(SessionError, match="second session has no duration"):
        compare(chat(), Session(), EVERYTHING)


def test_what_is_said_of_one_session_says_of_which() -> None:
    before = replace(chat(), notes=("process 7: refused", "process 8: refused"), lost={})
    after = replace(chat(), notes=("another",), lost={"gone": 3})
    assert compare(before, after, EVERYTHING).warnings() == [
        "before: each of 2 processes (7, 8): refused",
        "after: another",
        "after: Lost: 3 gone.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(0.0121, 2.47, "12.1 > 2,470"), (None, 0.9999, "- > 1,000"), (None, None, "-"), (0.9994, 0.0, "999 > 0")],
)
def test_milliseconds_per_call(before: float | None, after: float | None, said: str) -> None:
    assert difference_text.calls(before, after) == said
