"""The change that a page tells to make."""

from __future__ import annotations

import pytest

from profiles.mending import changed

SOURCE = "a = 1\nb = 2\n\nc = 3\n"


def test_lines_are_taken_out_and_put_in_where_they_stand():
    assert changed(SOURCE, " a = 1\n-b = 2\n+b = 4\n \n") == "a = 1\nb = 4\n\nc = 3\n"


def test_an_empty_line_of_context_may_have_lost_its_space():
    assert changed(SOURCE, " b = 2\n\n-c = 3\n") == "a = 1\nb = 2\n\n"


def test_a_change_that_does_not_fit_or_fits_twice_is_an_error():
    with pytest.raises(ValueError, match="in it 0 times"):
        changed(SOURCE, "-d = 4\n")
    with pytest.raises(ValueError, match="in it 2 times"):
        changed(SOURCE + SOURCE, "-a = 1\n")
